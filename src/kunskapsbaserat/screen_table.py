"""The table of `screen` with its sentences: a DataFrame that says in a notebook what it found before it shows rows."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kunskapsbaserat import english, swedish
from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat import notebook_html as html
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.survey import Comparison
from kunskapsbaserat.trends import Change

LANGUAGES = ("sv", "en")
_TEXTS = {
    "sv": {
        "size": "{rows} rader: {areas} kommuner, {offences} brott, {first}.",
        "level": "Jämfört med sina jämförelsegrupper är {over} tal säkerställt högre och {under} säkerställt lägre, av {judged} som går att bedöma.",
        "change": "Av {series} serier har {rise} en säkerställd ökning och {fall} en säkerställd minskning.",
        "risk": "Av det som kallas säkerställt är i genomsnitt högst {share} procent slump.",
    },
    "en": {
        "size": "{rows} rows: {areas} kommuner, {offences} offences, {first}.",
        "level": "Against their comparison groups {over} rates are higher and {under} lower with statistical certainty, of {judged} that can be judged.",
        "change": "Of {series} series {rise} show a statistically certain rise and {fall} a statistically certain fall.",
        "risk": "Of what is called certain at most {share} per cent is chance on average.",
    },
}
_HEADS = {
    "area": "Kommun",
    "offence": "Brott",
    "period": "År",
    "count": "Antal",
    "rate": "Tal",
    "lower": "Lägst",
    "upper": "Högst",
    "comparison": "Mot jämförelsegruppen",
    "change": "Förändring",
}
_VERDICTS = {
    "hogre": "högre",
    "lagre": "lägre",
    "ingen_sakerstalld_skillnad": "inte säkerställd",
    "sakerstalld_okning": "säkerställd ökning",
    "sakerstalld_minskning": "säkerställd minskning",
    "for_fa_brott": "för få brott",
    "kan_inte_bedomas": "kan inte bedömas",
}
_ESTIMATES = ["area", "offence", "sex", "period", "rate", "lower", "upper", "group_ratio", "q_value", "comparison", "change"]


_ENDS = 5  # rows shown of each end of the table


class ScreenTable(pd.DataFrame):
    """Every kommun, offence and year (see `screen`); what is chosen from it is a plain DataFrame."""

    @property
    def _constructor(self) -> Any:
        return pd.DataFrame

    def summary(self, language: str = "sv") -> str:
        """How much is judged, what is säkerställt and how much of it may be chance."""
        if language not in _TEXTS:
            raise OptionError("language", language, LANGUAGES)
        texts, number = _TEXTS[language], (swedish if language == "sv" else english).number
        years = self["period"].astype(str)
        first, last = years.min(), years.max()
        span = first if first == last else swedish.span(first, last)
        level = self["comparison"].astype(str).value_counts()
        over, under = (int(level.get(str(kind), 0)) for kind in (Comparison.HOGRE, Comparison.LAGRE))
        same = int(level.get(str(Comparison.INGEN_SAKERSTALLD_SKILLNAD), 0))
        series = self.drop_duplicates(["area", "offence", "sex"])["change"].astype(str).value_counts()
        rise, fall = (int(series.get(str(c), 0)) for c in (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING))
        sentences = [
            texts["size"].format(
                rows=number(len(self)),
                areas=number(self["area"].nunique()),
                offences=number(self["offence"].nunique()),
                first=span,
            ),
            texts["level"].format(over=number(over), under=number(under), judged=number(over + under + same)),
            texts["change"].format(series=number(int(series.sum())), rise=number(rise), fall=number(fall)),
            texts["risk"].format(share=number(100 * (1 - float(self["confidence"].iloc[0])))),
        ]
        return " ".join(sentences)

    def summary_frame(self) -> pd.DataFrame:
        """The rates with their limits and verdicts, without the columns that led there."""
        return pd.DataFrame(self)[_ESTIMATES]

    def conf_int(self) -> pd.DataFrame:
        """The limits of every rate: ``lower upper``, by kommun, offence, sex and period."""
        return pd.DataFrame(self).set_index(["area", "offence", "sex", "period"])[["lower", "upper"]]

    def _repr_html_(self) -> str:
        shown = pd.DataFrame(self)[list(_HEADS)]
        if len(shown) > 2 * _ENDS:
            shown = pd.concat([shown.iloc[:_ENDS], shown.iloc[-_ENDS:]])
        verdicts = {name: shown[name].astype(str).map(_VERDICTS) for name in ("comparison", "change")}
        shown = shown.assign(area=shown["area"].map(lambda code: kommuner.get(code).name), **verdicts).rename(columns=_HEADS)
        rows = shown.to_html(border=0, index=False, float_format=lambda v: swedish.number(v, 1))
        columns = f"De första och sista raderna, och de viktigaste av {swedish.number(len(self.columns))} kolumner. Allt: pandas.DataFrame(tabellen)."
        return html.shown(
            html.heading("Alla kommuner och brott"), html.paragraph(self.summary()), rows, html.paragraph(columns)
        )
