"""The files of a new folder: what it is, and where each of the publishers' files is found."""

from __future__ import annotations

from kunskapsbaserat import catalogue
from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data.bra import selections
from kunskapsbaserat.data.folder import PLAN
from kunskapsbaserat.data.folder.layout import EST, EST_BOOK, LOSSES, MEETINGS, SCHOOLS, WALKS
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.swedish import listed, number, word

BRA_INDICATORS = "bra.se, Indikatorer för kommuners lägesbild"
BRA_DATABASE = "Brås statistikdatabas (statistik.bra.se/solwebb)"
SCB_DATABASE = "SCB:s statistikdatabas (statistikdatabasen.scb.se)"
README, RECIPE = "LÄS MIG.md", "recept.md"
YEARS = 10


def readme(kommun: Kommun) -> str:
    return f"""\
# {kommun.genitive} mapp för lägesbilden och åtgärdsplanen

1. Hämta filerna enligt {RECIPE} och lägg dem i mapparna. Döp inte om dem; det går bra att öppna och spara dem i Excel.
   - bra: Brås filer om anmälda brott och trygghet.
   - befolkning: SCB:s och Koladas filer om folkmängd.
   - lokalt: egna uppgifter, till exempel trygghetsmätning, bränder, skadegörelsekostnad. Sådana filer behöver en mappning som säger vad
     kolumnerna betyder. Kör `kunskap kontroll MAPP --mappning` så skrivs en att fylla i, i Excel.
2. Kör `kunskap kontroll MAPP`. Den läser allt och säger vad varje fil är, vad som är fel och vad som saknas.
3. Skriv kommunens egna texter i texter.md, under rubrikerna.
4. Kör `kunskap rapport lagesbild "{kommun.name}" --data MAPP`. Texterna följer med varje gång.
5. Fyll i åtgärdsplanen i {PLAN}. Kör `kunskap kontroll MAPP` igen: den säger vad som är fel i planen, vad som hänger löst, vilka av
   lagens frister som har gått ut och vilka mål som är för små för att synas.
6. Kör `kunskap rapport uppfoljning "{kommun.name}" --data MAPP` när planen ska följas upp.

## Skolor

1. Kör `kunskap ny --skola "Skolans namn" "{kommun.name}" MAPP` för varje skola. Då skrivs en arbetsbok i mappen {SCHOOLS}, att fylla i efter
   stegen i Tryggare skola. Nästa år: lägg till `--ar` och året.
2. Lägg gärna en ritning bredvid arbetsboken och kalla den skiss.png, och andra enkäter i mappen enkat: Skolinspektionens fil, eller en tabell
   med kolumnerna Fråga, Andel och Antal svar.
3. Kör `kunskap rapport skola --data MAPP`. Varje skola får en rapport, och flera skolor en sida över dem, i bokstavsordning.

## Trygghetsvandringar

1. Kör `kunskap ny --vandring "{kommun.name}" MAPP`. Då skrivs en arbetsbok i mappen {WALKS}, för alla vandringar.
2. Kör `kunskap rapport vandring "{kommun.name}" --data MAPP --pdf` och skriv ut protokoll.pdf. Ta med det på vandringen.
3. Fyll i arbetsboken efteråt och kör samma kommando igen: då finns rapporten med åtgärder, ålder, karta och bilder.
   `kunskap kontroll MAPP` säger vilka åtgärder som är sena.
## Möten och koncernens förluster

1. Kör `kunskap ny --moten "{kommun.name}" MAPP` och fyll i {MEETINGS}: när råd och andra forum möts, och vad de ska ta ställning till.
   Sedan: `kunskap rapport rad --data MAPP --mote 2026-12-08`, `kunskap rapport klg`, `kunskap rapport namnd` och `kunskap kalender --data MAPP`.
   Lägg mappen med förra mötets sida i kommunens mapp: då jämför nästa sida varje åtgärd.
2. Kör `kunskap ny --koncern "{kommun.name}" MAPP` och fyll i {LOSSES}: förluster i förvaltningar och bolag, månad för månad. Sedan:
   `kunskap rapport koncern --data MAPP`. Fyll på bladet Prisindex med nya månader ur SCB:s tabell.

## EST

1. Fyll i {EST_BOOK}, eller lägg uttag ur ert rapporteringssystem (CSV, Excel eller GeoJSON) i mappen {EST}. Programmet är inget
   rapporteringssystem: det läser och räknar på det som redan är rapporterat.
2. Uttag som liknar Survey123 eller EMBRACE känns igen på rubrikerna. De mappningarna är inte prövade mot riktiga uttag. För andra: skriv en
   mappning bredvid filen, till exempel uttag.csv.mappning.csv, med två kolumner:

       fält;värde
       start;Tidpunkt från
       slut;Tidpunkt till
       kategori;Händelsetyp
       plats;Platsnamn
       x;Longitud
       y;Latitud
       rapportor;Organisation
       datumordning;dag/mån
       kategori: Slagsmål;vald

   Är klockslagen i UTC, som ArcGIS sparar dem, lägg till raden tidszon;UTC. Kolumner som inte nämns läses inte. Nämn aldrig kolumner med fritext eller namn.
3. Kör `kunskap kontroll MAPP`. Den säger vad som inte gick att läsa och skriver möjliga dubbletter i est_dubbletter.csv. Skriv samma eller olika
   i kolumnen beslut.
4. Kör `kunskap rapport est "{kommun.name}" --data MAPP`. Rapporten är intern; offentlig.html bredvid den får lämnas ut. Skriv då datumet i
   {EST_BOOK}. Filen est_publicerat.json minns vad som är berättat: ta inte bort den.
5. Åtgärder och kommande händelser står i den offentliga versionen bara om raden har ja i kolumnen Offentlig. Skriv när en åtgärd på en plats
   började, så jämför kvartalssidan före och efter med andra platser.
6. Om ni vill räkna per område: lägg kommunens karta (DeSO eller RegSO från SCB, eller egna områden) som omraden.gpkg eller omraden.geojson
   i mappen {EST}.

Lägg aldrig uppgifter om personer i mappen. Filer som verkar innehålla personnummer, namn, e-post, telefonnummer eller
registreringsnummer läses inte, men listan över namn är inte fullständig: titta själv också.
"""


def recipe(kommun: Kommun) -> str:
    alike = listed([kommuner.get(code).name for code in kommuner.liknande(kommun).members])
    rows = "\n".join(f"- {' > '.join(path)}" for path in selections.paths())
    none = listed(list(dict.fromkeys(_name(s.offence, s.sex) for s in selections.missing())))
    cells = number(selections.SEEN_CELLS)
    extracts = selections.extracts(regions=1, periods=YEARS)
    return f"""\
# Var filerna finns: {kommun.name}

## 1. Brås indikatorfil (viktigast)

{BRA_INDICATORS}: en Excelfil per kommun med anmälda brott och trygghetsfrågor. Hämta filen för {kommun.name} och lägg den i bra.
Hämta också filerna för de kommuner som liknar {kommun.name} mest enligt Kolada: {alike}. Minst fem av dem behövs för jämförelsen.
Filen läses efter Brås beskrivning av den; något original har inte funnits att pröva mot. Säg till om något läses fel.

## 2. Uttag ur Brås databas

{BRA_DATABASE}. Behövs om indikatorfilen saknas, eller för månader och fler brottstyper. Välj:

- Område: kommunen, och gärna de liknande kommunerna.
- Tid: hela år, de senaste {YEARS} åren. För månader: ett eget uttag.
- Mått: både Antal och Per 100 000 invånare.
- Brott:
{rows}

Spara som Excel och lägg filen i bra. Databasen begränsar hur många tal ett uttag får ha. Gränsen står inte i den beskrivning som vi har
haft; uttag med upp till {cells} tal har setts. Med båda måtten, {YEARS} år och en kommun blir det {_extracts(extracts)} av den storleken.
Blir uttaget för stort: dela upp det på år eller brott. Filerna fogas ihop här, och det gör inget om de överlappar.

Ur databasen går inte att få: {none}. Det finns bara i indikatorfilen.
Raderna ovan är valda för att likna Brås indikatorer. Likheten är prövad på rikets tal, men inte bekräftad av Brå.

## 3. Folkmängd

{SCB_DATABASE}: Folkmängden efter region och år, den 31 december. Ta alla kommuner i länet och de liknande kommunerna, och året
före det första brottsåret till och med det senaste. Lägg filen i befolkning. Koladas nyckeltal N01951 går också bra.
Från 2025 har SCB lagt slumpmässigt brus på talen. De ska användas som de är.

## 4. Egna uppgifter

Trygghetsmätning, räddningstjänstens bränder, STRADA, skolans och socialtjänstens uppgifter, kostnad för skadegörelse. Bara antal
och andelar, aldrig enskilda personer. Lägg i lokalt och skriv en mappning.
Skadade i trafiken (STRADA), uppmätt hastighet och antalet trafikkontroller samlas i ett avsnitt om trafiken. Enkätfrågor om nätet
samlas i ett avsnitt om trygghet på nätet.
"""


def _extracts(n: int) -> str:
    return "ett uttag" if n == 1 else f"{word(n)} uttag"


def _name(offence: str, sex: str) -> str:
    short = catalogue.offence(offence).facets[sex].short
    return short[:1].lower() + short[1:]
