"""Run by Label Studio's own Python: checks a configuration and tasks with Label Studio's own library.

python label_interface.py config.xml tasks.json...
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from label_studio_sdk.label_interface import LabelInterface  # type: ignore[import-not-found]

interface = LabelInterface(Path(sys.argv[1]).read_text(encoding="utf-8"))
interface.validate()
counts = {"tasks": 0, "annotations": 0, "predictions": 0}
for name in sys.argv[2:]:
    for task in json.loads(Path(name).read_text(encoding="utf-8")):
        about = task["data"]["about"]
        counts["tasks"] += 1
        assert interface.validate_task({"data": task["data"]}), f"{about}: the task"
        for annotation in task.get("annotations", ()):
            counts["annotations"] += 1
            assert interface.validate_annotation(annotation), f"{about}: the annotation"
        for prediction in task.get("predictions", ()):
            counts["predictions"] += 1
            found = interface.validate_prediction(prediction, return_errors=True)
            assert not found, f"{about}: {found[:3]}"
print(json.dumps(counts))  # noqa: T201  to the test that runs it
