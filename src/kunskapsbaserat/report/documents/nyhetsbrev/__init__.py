"""One page of news for a county: new figures with date and source, research, dates."""

from kunskapsbaserat.report.documents import About

ABOUT = About(title="Nyhetsbrev", help="En sida för ett län (--lan): nya siffror med datum och källa, forskning och datum.")
