"""The build: from the corpus folder to a dataset that `datasets.load_dataset` reads.

`gather` reads the articles, `rows` flattens them, `features` says what the tables look like, `parquet`, `card` and
`croissant` write them, and `builder` runs the whole and puts it in place.
"""
