"""What any document is made of: blocks, and how they become a page, a Word document or a PDF."""
