"""The Swedish sentences about an effect; `effects.words` chooses among them."""

from __future__ import annotations

STEPS = {
    1: "Steg 1 av 5: det går bara att säga vad som gjordes.",
    2: "Steg 2 av 5: före och efter, utan jämförelse.",
    3: "Steg 3 av 5: före och efter, med hänsyn till hur det gick innan. Inget område att jämföra med.",
    4: "Steg 4 av 5: jämförelse med områden utan åtgärden.",
    5: "Steg 5 av 5: områdena lottades.",
}
REASONS = {
    "no_comparison": "Det finns inget område att jämföra med. Ta med områden utan åtgärden i tabellen.",
    "p_floor": "Det finns för få områden att jämföra med. Minst {needed} behövs för att en skillnad ska kunna bli säkerställd.",
    "few_events_before": (
        "Det var för få brott före starten: minst två i månaden per område behövs. Räkna ihop fler brottstyper eller områden."
    ),
    "few_events_after": "Tiden efter starten är för kort för så få brott. Vänta, eller räkna ihop fler brottstyper eller områden.",
    "bad_period_too_short": (
        "Åtgärden kom efter en ovanligt dålig tid, och då vänder det ofta av sig självt. Minst 36 månader före starten behövs."
    ),
    "bad_fit": (
        "Jämförelsen ligger på en annan nivå redan före starten, och då säger skillnaden efteråt inget. Välj skillnad i skillnader, eller områden som liknar det mer."
    ),
    "no_events": "Det finns inga brott att jämföra. Välj en brottstyp som har anmälts, eller en längre tid.",
    "no_placebos": "Jämförelsen har inte prövats mot grupper av andra områden. Skillnad i skillnader gör den prövningen.",
    "few_treated": "Det är för få områden med åtgärden för att räkna osäkerheten så. Pröva mot områden utan åtgärden i stället (placebo).",
    "months_before": "Tiden före starten är för kort. Minst 24 månader behövs. Ta med tal från längre tillbaka.",
    "no_events_after": "Inget brott anmäldes efter starten, så det går inte att säga hur stor minskningen är. Kontrollera att inga tal saknas, eller vänta på fler månader.",
    "few_control_events": "Det är för få brott i området att jämföra med. Ta med fler områden eller en längre tid.",
    "not_converged": "Talen räcker inte för att skilja åtgärden från trend och säsong. Ta med fler månader före starten, eller räkna ihop fler brottstyper.",
    "few_events": "Minst fem brott behövs före och efter, både där åtgärden finns och där den inte finns. Räkna ihop fler brottstyper eller en längre tid.",
}
CAUTIONS = {
    "pre_trend": "Området hade ökat mer än de andra redan före starten. En del av en nedgång kan ha kommit av sig själv.",
    "not_registered": "Upplägget skrevs inte ner före starten. Då är det lättare att råka välja det som ser bäst ut.",
    "figures_revised": "Talen från tiden före starten har ändrats sedan upplägget skrevs ner.",
    "months_after": "Det har inte gått ett helt år efter starten, så alla årstider är inte med.",
    "zeros": "Mer än hälften av månaderna före starten är utan brott. Jämförelsen blir grov.",
    "balance": "Området är större än alla det jämförs med.",
    "fit": "Området svängde före starten mer än de andra gör. Jämförelsen passar sämre.",
    "after_bad_period": "Åtgärden kom efter en ovanligt dålig tid. En del av nedgången kan ha kommit av sig själv.",
    "series_break": "Sättet att räkna ändrades under tiden, för alla områden.",
    "few_areas": "Med flera områden med åtgärden och färre än 40 att jämföra med larmar metoden lite för ofta.",
    "no_events_after": "Inget brott anmäldes efter starten. Kontrollera att inga tal saknas.",
    "single_series": "Utan område att jämföra med ser allt annat som ändras vid samma tid ut som åtgärden.",
    "uncalibrated": "Osäkerheten är räknad på ett sätt som larmar för ofta.",
    "missing_periods": "Perioder utan tal är inte med.",
    "part_period": "Åtgärden började inne i en månad eller ett kvartal. Den perioden är inte med i jämförelsen.",
    "nb_fallback": "Talen varierar inte mer än slumpen, så den enklare modellen används.",
    "different_period_lengths": "Tiden före och efter är olika lång.",
    "different_sizes": "Områdena är olika stora.",
    "few_events": "Det är få brott, så bedömningen är osäker.",
    "zero_count": "Ett av de fyra talen är noll, så ett halvt brott har lagts till varje.",
}
FAILED = {
    "no_events_after": (
        "I ett område med åtgärden anmäldes inget brott efter starten, fast minst 20 väntades. Kontrollera att tal inte saknas."
    ),
    "empty_periods": (
        "Under en eller flera perioder finns inte ett enda brott, fast det brukar vara många. Kontrollera att tal inte saknas."
    ),
    "pre_trend": "Området hade börjat skilja sig från de andra redan före starten.",
    "own_slope": (
        "Området hade redan en egen riktning före starten. Dras den ut räcker den till för förändringen, eller nästan."
    ),
    "one_area": "Mer än hälften av brotten i jämförelsen är från ett enda område. Då är det området hela jämförelsen.",
    "no_limits": "Undersökningens egen osäkerhet är inte med, och då larmar metoden för ofta för ett område med få svar.",
    "not_calibrated": "Metoden har inte visats hålla sin felrisk i tillräckligt många prov.",
    "method_not_registered": (
        "En annan metod än den vanliga användes utan att det skrevs ner före starten. Då är det lätt att välja den som ser bäst ut."
    ),
}
MEASURED_AT = 0.95  # the confidence that false alarms were counted at: at another nothing is said of how many they are
MEASURED = {
    "few_areas": "I prov där ingenting hade hänt larmade den i upp till 7 procent av fallen.",
    "no_limits": "I prov där ingenting hade hänt larmade den i 14 procent av fallen.",
}
CHOICES = {
    "outcome": "vad som mäts",
    "kind": "vad som mäts",
    "limits": "undersökningens osäkerhet",
    "treated": "områdena med åtgärden",
    "areas": "områdena att jämföra med",
    "first_period": "hur långt tillbaka talen går",
    "across_breaks": "jämförelse över ett brott i serien",
    "least_a_month": "hur många brott ett område behöver",
    "start": "starten",
    "exposure": "vad talen delas med",
    "buffer": "områdena intill",
    "sharing": "områdena med samma åtgärd",
    "phase_in": "införandets längd",
    "assignment": "hur områdena valdes",
    "months_after": "tiden efter starten",
    "confidence": "kravet på säkerhet",
    "method": "metoden",
    "written_after_start": "det skrevs ner efter starten",
}
CHECKS = {
    "months_before": ("Månader före starten", "minst"),
    "months_after": ("Månader efter starten", "minst"),
    "areas": ("Områden att jämföra med", "minst"),
    "events": ("Brott i månaden före starten, per område med åtgärden", "minst"),
    "zeros": ("Andel månader före starten helt utan brott", "högst"),
    "incomplete": ("Områden som saknar tal och inte är med", "högst"),
    "sharing": ("Områden utanför jämförelsen, för att de har samma åtgärd", "högst"),
    "buffer": ("Områden utanför jämförelsen, för att åtgärden kan ha nått dit", "högst"),
    "series_break": ("År då sättet att räkna ändrades", "högst"),
    "empty_periods": ("Perioder utan ett enda brott, fast det brukar vara många", "högst"),
    "pre_trend": ("Hur ofta slump ger en så stor skillnad mot de andra redan före starten (andel)", "minst"),
    "after_bad_period": ("Andel områden där tiden före starten var mindre ovanlig", "under"),
    "balance": ("Storlek mot det största området att jämföra med", "högst"),
    "fit": ("Andel områden som de andra passar bättre för", "högst"),
    "common_shock": ("Förändring i alla områden samtidigt (logaritm)", "högst"),
}

PHRASES = {
    "few": "Det är för få brott för att bedöma.",
    "unjudged": "Det går inte att bedöma.",
    "not_moved": " Det går inte att visa att brotten har flyttat dit eller att nyttan har spritt sig.",
    "not_certain": "Skillnaden är inte säkerställd.",
    "decrease": "minskning",
    "increase": "ökning",
    "certain": "Det är en säkerställd {kind}{size}.",
    "claim": "Jämförelsen håller för att tala om en effekt av åtgärden.",
    "moved": "Brotten kan ha flyttat dit (förflyttning).",
    "spread": "Nyttan kan ha spritt sig dit (spridning).",
    "unchecked": "Kontrollerna av jämförelsen är inte gjorda, så att åtgärden är orsaken går inte att säga.",
    "no_cause": "Att åtgärden är orsaken går inte att säga.",
    "where_moved": "{name} i områdena dit brotten kan ha flyttat",
    "as_before": "fortsatt som före starten",
    "as_compared": "gått som i jämförelsen",
    "means": "{name} efter starten: i medeltal {observed}. Om det hade {otherwise} hade det varit {expected}.",
    "counts": "{name} efter starten: {observed}. Om det hade {otherwise} hade de varit {expected}.",
    "from_to": "{name} gick från {0} till {1}, i jämförelsen från {2} till {3}.",
    "per_cent": "{value}\u00a0procent",
    "points": "\u00a0procentenheter",
    "per_size": " och ytenhet",
    "per_period": " per period{size}",
    "against": " med {size}{unit} mot {what}",
    "had_continued": "om det hade fortsatt som före starten",
    "the_others": "jämförelsen",
    "by_per_cent": " med {value}\u00a0procent",
    "per_cent_unit": "\u00a0procent",
    "fewer": "färre",
    "more": "fler",
    "lower": "lägre",
    "higher": "högre",
    "anything": " Det kan vara allt från {low} {down} till {high} {up}.",
    "likely": " {kind} är troligen mellan {small} och {large}{unit}.",
    "the_decrease": "Minskningen",
    "the_increase": "Ökningen",
    "drift": "En drift på {size} om året mot de andra skulle förklara allt.",
    "nothing_visible": "Inte ens en mycket stor minskning hade säkert synts.",
    "visible_difference": "En skillnad på {size}{unit} hade troligen synts.",
    "visible_per_cent": "En minskning med {size}\u00a0procent hade troligen synts.",
    "visible_count": "En minskning till {size} hade troligen synts.",
    "registered": "Upplägget skrevs ner före starten och har följts.",
    "departs": "Utvärderingen avviker från upplägget: {names}.",
    "unusual_time": "Åtgärden kom efter en ovanlig tid. En del av förändringen kan ha kommit av sig själv.",
    "false_alarms": "I prov där ingenting hade hänt larmade metoden i upp till {rate}\u00a0procent av fallen.",
    "not_used": "Bara de {used} första månaderna efter starten är med, fast tabellen har {all}.",
}
