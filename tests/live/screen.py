"""Label Studio's page in Chromium: what a person sees of it, and does with the mouse."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from studio import PASSWORD, USER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from selenium.webdriver.remote.webelement import WebElement
    from studio import Studio

CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE = 60
_TEXT = ".lsf-richtext__container"

# The text under each region, by its class, and the text of the page: a node belongs to every region around it.
_HIGHLIGHTED = """
const found = {};
const root = document.querySelector(arguments[0]);
const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
for (let node; node = walker.nextNode();)
  for (let above = node.parentElement; above !== root; above = above.parentElement)
    for (const name of above.classList) {
      const region = /^htx-highlight-(.+)-\\d+$/.exec(name);
      if (region) found[region[1]] = (found[region[1]] || '') + node.data;
    }
return found;
"""
# Where on the screen the first run of these words begins and ends.
_PLACE = """
const [selector, words] = arguments;
const nodes = [];
let text = '';
const walker = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT);
for (let node; node = walker.nextNode();) { nodes.push([node, text.length]); text += node.data; }
const start = text.indexOf(words), end = start + words.length;
const range = document.createRange();
for (const [node, at] of nodes) {
  if (at <= start && start < at + node.length) range.setStart(node, start - at);
  if (at < end && end <= at + node.length) range.setEnd(node, end - at);
}
range.startContainer.parentElement.scrollIntoView({block: 'center'});
const boxes = range.getClientRects(), first = boxes[0], last = boxes[boxes.length - 1];
return [first.left, first.top + first.height / 2, last.right, last.top + last.height / 2];
"""


class Screen(NamedTuple):
    """A browser that is logged in."""

    driver: Chrome
    url: str

    def wait(self, happened: Callable[[Chrome], object]) -> None:
        """Wait until something has happened, a minute at most; the page may draw itself anew meanwhile."""
        WebDriverWait(self.driver, _PATIENCE, ignored_exceptions=[StaleElementReferenceException]).until(happened)

    def click(self, find: Callable[[], list[WebElement]]) -> None:
        """Click the first of what is found, as soon as something is."""

        def clicked(_: Chrome) -> bool:
            for element in find()[:1]:
                element.click()
                return True
            return False

        self.wait(clicked)

    def open(self, project: int, task: int) -> None:
        """Open a task and wait for its text."""
        self.driver.get(f"{self.url}/projects/{project}/data?task={task}")
        self.wait(lambda driver: driver.find_elements(By.CSS_SELECTOR, _TEXT))
        self.wait(lambda driver: driver.find_elements(By.CSS_SELECTOR, ".malmoi-tools .lsf-label"))

    def stream(self, project: int) -> None:
        """Begin with the tasks that are still to be done, as an annotator does."""
        self.driver.get(f"{self.url}/projects/{project}/data")
        self.click(lambda: self.shown("button", "Label All Tasks"))
        self.wait(lambda driver: driver.find_elements(By.CSS_SELECTOR, ".malmoi-tools .lsf-label"))

    def press(self, words: str) -> None:
        """Click what says these words and nothing else."""
        said = (By.XPATH, f"//*[normalize-space(text())='{words}']")
        self.click(lambda: [found for found in self.driver.find_elements(*said) if found.is_displayed()])

    def highlighted(self, *, expected: int) -> dict[str, str]:
        """The text under each region, by the region's id, when there are as many regions as expected."""
        self.wait(lambda driver: len(driver.execute_script(_HIGHLIGHTED, _TEXT)) >= expected)
        found: dict[str, str] = self.driver.execute_script(_HIGHLIGHTED, _TEXT)
        return found

    def pick(self, words: str) -> None:
        """Click the label that shows these words."""
        self.click(lambda: self.shown(".malmoi-tools .lsf-label", words))

    def shown(self, selector: str, words: str = "") -> list[WebElement]:
        """The elements that are to be seen and hold the words."""
        found = self.driver.find_elements(By.CSS_SELECTOR, selector)
        return [element for element in found if element.is_displayed() and words in element.text]

    def drag(self, words: str) -> None:
        """Select the first run of these words in the text with the mouse."""
        self.driver.execute_script(_PLACE, _TEXT, words)  # scrolls
        left, top, right, bottom = self.driver.execute_script(_PLACE, _TEXT, words)
        page = self.driver.find_element(By.TAG_NAME, "body")
        # Offsets count from the middle of the element.
        x, y = page.size["width"] // 2, page.size["height"] // 2
        (
            ActionChains(self.driver, duration=100)
            .move_to_element_with_offset(page, int(left) + 1 - x, int(top) - y)
            .click_and_hold()
            .move_to_element_with_offset(page, int((left + right) / 2) - x, int(top) - y)
            .move_to_element_with_offset(page, round(right) - x, int(bottom) - y)
            .release()
            .perform()
        )

    def select(self, region: str) -> None:
        """Click a region's text, at its very beginning, where no smaller region covers it."""
        mark = self.driver.find_element(By.CSS_SELECTOR, f"[class*='htx-highlight-{region}-']")
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", mark)
        ActionChains(self.driver).move_to_element_with_offset(mark, 3 - mark.size["width"] // 2, 0).click().perform()
        self.wait(lambda _: self.shown(".malmoi-fields"))

    def relate(self, region: str, other: str) -> None:
        """Draw a relation from a region to another, by the keyboard and a click, as the help of the page tells."""
        self.select(region)
        ActionChains(self.driver).key_down(Keys.ALT).send_keys("r").key_up(Keys.ALT).perform()
        self.driver.find_element(By.CSS_SELECTOR, f"[class*='htx-highlight-{other}-']").click()
        self.wait(lambda driver: driver.find_elements(By.CSS_SELECTOR, ".relations-overlay path"))

    def save(self) -> None:
        """Press Submit, or Update, and wait until the server has it."""
        self.click(lambda: [b for b in self.shown("button") if b.text.strip() in {"Submit", "Update"}])
        self.wait(lambda _: not [b for b in self.shown("button") if b.text.strip() == "Submit"])
        self.wait(lambda _: not [b for b in self.shown("button:not([disabled])") if b.text.strip() == "Update"])

    def photograph(self, path: Path) -> None:
        """Keep what is to be seen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        assert self.driver.save_screenshot(str(path))


@contextmanager
def browser(studio: Studio, profile: Path) -> Iterator[Screen]:
    """Chromium with a new profile, logged in."""
    options = Options()
    options.binary_location = CHROMIUM
    for flag in (*_FLAGS, f"--user-data-dir={profile}", "--window-size=1280,920"):
        options.add_argument(flag)
    driver = Chrome(options=options, service=Service(DRIVER))
    try:
        driver.get(f"{studio.url}/user/login/")
        driver.find_element(By.NAME, "email").send_keys(USER)
        driver.find_element(By.NAME, "password").send_keys(PASSWORD + Keys.ENTER)
        screen = Screen(driver, studio.url)
        screen.wait(lambda found: "/login" not in found.current_url)
        yield screen
    finally:
        driver.quit()
