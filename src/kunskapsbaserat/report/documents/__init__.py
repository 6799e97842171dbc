"""One folder a document: its sections and its words stand together."""
