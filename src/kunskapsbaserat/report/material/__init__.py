"""What documents stand on: the figures of a kommun, what they show, what is chosen among them, and the kommun's own texts."""
