"""Publishing a build as a dataset repository on the Hugging Face Hub.

`changelog` finds what a release says of itself, `plan` compares a build with what the Hub holds, `client` is the only
module that talks to the Hub, and `publish` goes from the one to the other in one commit and one tag.
"""
