"""The English sentences about an effect, for researchers; `effects.words` chooses among them by the same rules."""

from __future__ import annotations

STEPS = {
    1: "Step 1 of 5: all that can be said is what was done.",
    2: "Step 2 of 5: before and after, without comparison.",
    3: "Step 3 of 5: before and after, with regard to the course before. No area to compare with.",
    4: "Step 4 of 5: compared with areas without the measure.",
    5: "Step 5 of 5: the areas were drawn by lot.",
}
REASONS = {
    "no_comparison": "There is no area to compare with. Include areas without the measure in the table.",
    "p_floor": "There are too few areas to compare with. At least {needed} are needed before a difference can be statistically certain.",
    "few_events_before": (
        "There were too few crimes before the start: at least two a month and area are needed. Add up more kinds of crime or areas."
    ),
    "few_events_after": "The time after the start is too short for so few crimes. Wait, or add up more kinds of crime or areas.",
    "bad_period_too_short": (
        "The measure followed an unusually bad time, which often turns by itself. At least 36 months before the start are needed."
    ),
    "bad_fit": (
        "The comparison lies on another level before the start already, so a difference after it says nothing. Use difference in differences, or areas more alike."
    ),
    "no_events": "There are no crimes to compare. Choose a kind of crime that was reported, or a longer time.",
    "no_placebos": "The comparison has not been tried on groups of other areas. Difference in differences does that.",
    "few_treated": "There are too few areas with the measure for uncertainty of this kind. Use placebo inference instead.",
    "months_before": "The time before the start is too short. At least 24 months are needed. Include earlier figures.",
    "no_events_after": (
        "No crime was reported after the start, so the size of the fall cannot be said. Check that no figures are missing, or wait for more months."
    ),
    "few_control_events": "There are too few crimes in the area compared with. Include more areas or a longer time.",
    "not_converged": (
        "The figures do not suffice to tell the measure from trend and season. Include more months before the start, or add up more kinds of crime."
    ),
    "few_events": (
        "At least five crimes are needed before and after, with and without the measure. Add up more kinds of crime or a longer time."
    ),
}
CAUTIONS = {
    "pre_trend": "The area had risen more than the others before the start already. Part of a fall may have come by itself.",
    "not_registered": "The design was not written down before the start. That makes it easier to choose what happens to look best.",
    "figures_revised": "The figures from before the start have changed since the design was written down.",
    "months_after": "A whole year has not passed since the start, so not all seasons are included.",
    "zeros": "More than half of the months before the start are without crimes. The comparison is coarse.",
    "balance": "The area is larger than all that it is compared with.",
    "fit": "The area varied more before the start than the others do. The comparison fits worse.",
    "after_bad_period": "The measure followed an unusually bad time. Part of the fall may have come by itself.",
    "series_break": "The way of counting changed during the time, for all areas.",
    "few_areas": "With several areas with the measure and fewer than 40 to compare with, the method alarms a little too often.",
    "no_events_after": "No crime was reported after the start. Check that no figures are missing.",
    "single_series": "Without an area to compare with, everything else that changes at the same time looks like the measure.",
    "uncalibrated": "The uncertainty is computed in a way that alarms too often.",
    "missing_periods": "Periods without figures are left out.",
    "part_period": "The measure began inside a month or a quarter. That period is left out of the comparison.",
    "nb_fallback": "The figures vary no more than chance, so the simpler model is used.",
    "different_period_lengths": "The times before and after differ in length.",
    "different_sizes": "The areas differ in size.",
    "few_events": "The crimes are few, so the judgement is uncertain.",
    "zero_count": "One of the four counts is zero, so half a crime has been added to each.",
}
FAILED = {
    "no_events_after": (
        "In an area with the measure no crime was reported after the start, though at least 20 were expected. Check that no figures are missing."
    ),
    "empty_periods": (
        "One or more periods have not a single crime, though there usually are many. Check that no figures are missing."
    ),
    "pre_trend": "The area had begun to differ from the others before the start already.",
    "own_slope": (
        "The area had a direction of its own before the start already. Carried on it explains the change, or nearly."
    ),
    "one_area": "More than half of the crimes compared with are of a single area. That area is then the whole comparison.",
    "no_limits": "The survey's own uncertainty is not included, and the method then alarms too often for an area with few answers.",
    "not_calibrated": "The method has not been shown to hold its error rate in enough trials.",
    "method_not_registered": (
        "Another method than the usual was used without being written down before the start. That makes it easy to choose what looks best."
    ),
}
MEASURED = {
    "few_areas": "In trials where nothing had happened it alarmed in up to 7 per cent of the cases.",
    "no_limits": "In trials where nothing had happened it alarmed in 14 per cent of the cases.",
}
CHOICES = {
    "outcome": "what is measured",
    "kind": "what is measured",
    "limits": "the uncertainty of the survey",
    "treated": "the areas with the measure",
    "areas": "the areas to compare with",
    "first_period": "how far back the figures go",
    "across_breaks": "comparison across a break in the series",
    "least_a_month": "how many crimes an area needs",
    "start": "the start",
    "exposure": "what the figures are divided by",
    "buffer": "the areas nearby",
    "sharing": "the areas with the same measure",
    "phase_in": "the length of the phase-in",
    "assignment": "how the areas were chosen",
    "months_after": "the time after the start",
    "confidence": "the certainty asked for",
    "method": "the method",
    "written_after_start": "it was written down after the start",
}
PHRASES = {
    "few": "There are too few crimes to judge.",
    "unjudged": "This cannot be judged.",
    "not_moved": " That crime moved there, or that the benefit spread, cannot be shown.",
    "not_certain": "The difference is not statistically certain.",
    "decrease": "fall",
    "increase": "rise",
    "certain": "This is a statistically certain {kind}{size}.",
    "claim": "The comparison supports speaking of an effect of the measure.",
    "moved": "Crime may have moved there (displacement).",
    "spread": "The benefit may have spread there (diffusion).",
    "unchecked": "The comparison has not been checked, so whether the measure is the cause cannot be said.",
    "no_cause": "Whether the measure is the cause cannot be said.",
    "where_moved": "{name} in the areas that crime may have moved to",
    "as_before": "continued as before the start",
    "as_compared": "gone as in the comparison",
    "means": "{name} after the start: {observed} on average. Had it {otherwise} it would have been {expected}.",
    "counts": "{name} after the start: {observed}. Had it {otherwise} there would have been {expected}.",
    "from_to": "{name} went from {0} to {1}, in the comparison from {2} to {3}.",
    "per_cent": "{value}\u00a0per cent",
    "points": "\u00a0percentage points",
    "per_size": " and unit of size",
    "per_period": " per period{size}",
    "against": " of {size}{unit} against {what}",
    "had_continued": "what would have been, had it continued as before the start",
    "the_others": "the comparison",
    "by_per_cent": " of {value}\u00a0per cent",
    "per_cent_unit": "\u00a0per cent",
    "fewer": "fewer",
    "more": "more",
    "lower": "lower",
    "higher": "higher",
    "anything": " It may be anything from {low} {down} to {high} {up}.",
    "likely": " {kind} is likely between {small} and {large}{unit}.",
    "the_decrease": "The fall",
    "the_increase": "The rise",
    "drift": "A drift of {size} a year against the others would explain all of it.",
    "nothing_visible": "Not even a very large fall would surely have been seen.",
    "visible_difference": "A difference of {size}{unit} would likely have been seen.",
    "visible_per_cent": "A fall of {size}\u00a0per cent would likely have been seen.",
    "visible_count": "A fall to {size} would likely have been seen.",
    "registered": "The design was written down before the start and has been followed.",
    "departs": "The evaluation departs from the design: {names}.",
    "unusual_time": "The measure followed an unusual time. Part of the change may have come by itself.",
    "false_alarms": "In trials where nothing had happened the method alarmed in up to {rate}\u00a0per cent of the cases.",
    "not_used": "Only the first {used} months after the start are included, though the table has {all}.",
}
