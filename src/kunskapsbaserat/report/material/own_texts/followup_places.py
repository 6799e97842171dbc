"""The places in the follow-up for the kommun's own words; their texts stand in `texter.md` after those of the lägesbild."""

from __future__ import annotations

from kunskapsbaserat.report.material.law import Place

PLACES = {
    place.key: place
    for place in (
        Place(
            "uppf_bedomning",
            "Uppföljning: samlad bedömning",
            (
                "Vad har fungerat, vad har inte fungerat, och vad beror det på?",
                "Vilka problem är kvar, och vilka nya har kommit?",
            ),
        ),
        Place(
            "uppf_bieffekter",
            "Uppföljning: bieffekter och förflyttning",
            (
                "Har brott flyttat till andra platser, tider eller sätt? Har något blivit bättre i närheten?",
                "Vilka andra följder har åtgärderna haft, goda eller dåliga?",
            ),
        ),
        Place(
            "uppf_lardomar",
            "Uppföljning: lärdomar",
            (
                "Vad skulle ni göra annorlunda, och vad vill ni att andra ska veta?",
                "Vad behöver utvärderas bättre, och hur?",
            ),
        ),
        Place(
            "uppf_aterblick",
            "Uppföljning: återblick på lägesbilden",
            (
                "Vilka bedömningar i den förra lägesbilden höll, och vilka gjorde det inte?",
                "Vad missade den?",
            ),
        ),
        Place(
            "uppf_invanarna",
            "Uppföljning: några ord till invånarna",
            (
                "Vad vill kommunen säga till invånarna med egna ord?",
                "Vad händer härnäst, och hur kan man vara med?",
            ),
        ),
    )
}
