"""GET: what the publishers' services answer, kept byte for byte, and the tables made of it.

Only `kunskap hamta` calls anything here; nothing else in the library reaches for the network. The HTTP library is loaded when
the first request is made.
"""
