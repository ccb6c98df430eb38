"""Names of people that are frequent where English or German is spoken, and capitals that are no names."""

from __future__ import annotations

from bot.knowledge.words import listed

FIRST_NAMES = listed(
    """
    aaron abigail achim ada adam adele adrian agnes ahmed aisha alan albert alejandro alessandro alex alexander
    alexandra alfred ali alice alina alison amelia amir amy ana andre andrea andreas andrew andy angela angelika
    anja anke ann anna anne annette annika anton antonia antonio arne arthur astrid axel barbara bastian beate
    beatrice ben benedikt benjamin bernd bernhard bettina bianca birgit bjoern björn bob boris brian brigitte
    britta bruno carina carl carla carlos carmen carol caroline carsten catherine cem charles charlie charlotte
    chiara chloe chris christa christian christiane christina christine christoph christopher claire clara
    claudia clemens conrad corinna cornelia craig dagmar daisy dan daniel daniela danny dave david deborah dennis
    derek detlef diana diane diego dieter dietmar dirk dominic dominik donald doris dorothea dorothy doug dylan
    eckhard eddie edgar edith edward elena eli elias elisabeth elizabeth elke ella ellen elsa emil emilia emily
    emma eric erich erik erika ernst esther ethan eva evelyn fabian fatima felix ferdinand fiona florian francesca
    francis francisco frank franz franziska fred frederik friedrich fritz gabi gabriel gabriele gary george georg
    georgia gerald gerda gerhard gina giulia giuseppe gordon graham greg gregor greta guenter guido gunnar günter
    günther gustav hannah hannes hans harald harry hartmut hassan heather heidi heiko heinrich heinz helen helena
    helga helmut hendrik henning henry herbert hermann hilde holger horst hubert hugo ian ibrahim ida ilse ina
    ines inge ingo ingrid irene iris isabel isabella ivan jaime jakob james jan jana jane janet janine jasmin jason
    javier jeff jeffrey jennifer jenny jens jeremy jerry jessica jessie jill jim jimmy joachim joan joanna joe joerg
    johann johanna johannes john jonas jonathan jörg jörn jose josef joseph joshua josé juan judith judy jule julia
    julian juliane julie jürgen juergen jutta kai karen karim karin karina karl karla karsten katharina kathleen
    kathrin kathy katja katrin keith kelly ken kenneth kerstin kevin kim kirsten klara klaus konrad konstantin
    kurt kyle lara larry lars laura lea lena leo leon leonie liam lily linda lisa liz logan louis louise luca lucas
    lucia lucy ludwig luisa luise lukas luke lutz lydia maja malte manfred manuel manuela marc marcel marco marcus
    margaret margarete maria marie marina mario marion marius markus marlene marta martha martin martina mary
    mathias mathilda matt matthew matthias maximilian maya mehmet melanie melissa mia micha michael michaela michelle
    miguel mike mirko miriam mohamed mohammed monica monika moritz muhammad murat mustafa nadine nadja nancy natalie
    natascha nathan nele neil niklas nick nicholas nico nicole niels nils nina noah nora norbert olaf ole oliver
    olivia omar oscar oskar otto pablo pamela pascal patricia patrick paul paula pauline pedro peggy peter petra
    phil philip philipp phillip pia rachel rafael rainer ralf ralph ramona raphael raymond rebecca regina reiner
    reinhard renate ricardo richard rita robert roberto robin rodrigo roger roland rolf roman ron ronald ronny
    rosa rosemarie rudolf rupert russell ruth ryan sabine sabrina sally sam samantha samuel sandra sara sarah sascha
    scott sean sebastian selina selma sergej sharon sheila shirley sibylle siegfried sigrid silke silvia simon
    simone sofia sonja sophia sophie stefan stefanie steffen stella stephan stephanie stephen steve steven stuart
    sue susan susanne sven svenja sylvia tamara tanja tara ted teresa terry thea theo theresa thomas thorsten tilman
    tim timo tina tobias todd tom tommy tony torben torsten tracy udo ulf uli ulla ulrich ulrike ursula ute uwe
    valentin vanessa vera verena veronika victor victoria viktor vincent viola volker walter wanda wendy werner
    wiebke wilfried wilhelm william willi wolfgang xaver yannick yasmin yusuf yvonne zoe zoë
    """
)
ALSO_WORDS = listed(
    """
    ada alex art august basil bill bob carol chase christian christine daisy dan dean don drew earl eve faith frank
    gene georgia grace grant harry heather hope iris jack jan jasmin jean joy jule june kai ken kim lance leo lily
    ludwig mark max may mia nick ole olive pat paris pia ray rich robin roman rosa rose ruth sam sandy sky stern
    sue ted tim tom tony viola will
    """
)
"""Names that are other words or parts of words, too: they count only with a capital."""

LAST_NAMES = listed(
    """
    bauer becker berger bergmann braun brown busch davis fischer frank friedrich garcia graf groß günther hahn
    hartmann herrmann hoffmann hofmann horn huber jackson johnson jones jung kaiser keller klein koch krause krüger
    krämer kuhn köhler könig kühn lang lange lehmann lopez maier martinez mayer meier meyer miller müller mueller
    neumann otto peters pfeiffer pohl richter roth sauer schäfer schmid schmidt schmitt schmitz schneider scholz
    schreiber schröder schubert schulte schulz schulze schumacher schuster schwarz seidel simon smith sommer stein
    taylor thompson vogel vogt voigt wagner walter weber weiß werner williams wilson winkler winter wolf wolff
    ziegler zimmermann özdemir yilmaz kaya demir nguyen wang kowalski novak
    """
)
"""Read as names with a capital, and where the FAQ has no such word."""

NO_NAMES = listed(
    """
    i i'm i've i'd i'll ok okay english german french spanish italian dutch polish monday tuesday wednesday thursday
    friday saturday sunday january february march april may june july august september october november december
    windows mac macos linux ubuntu android iphone ipad ios apple google amazon alexa microsoft samsung siri chrome
    firefox safari edge excel word outlook gmail teams slack discord github paypal visa mastercard bluetooth wi-fi
    wifi wlan internet europe germany austria switzerland christmas easter celsius fahrenheit faq ai
    """
)
"""Capitals that are usual in English."""
