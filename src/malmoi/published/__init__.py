"""A published dataset as it lies in a folder: card, tables, checksums, Croissant. Reads, and judges nothing.

A folder that `malmoi build` made, or that was downloaded from the Hub. pyarrow, yaml and datasets are imported when a
folder is looked into, never before.
"""
