"""The kommun's own words in texter.md: its headings, how it is read, and how it is made safe for a page."""
