package demo

import "tandem/internal/journey"

// source is a way in which people come to Alder Cycles, with what comes of them there. Chances are out of one.
type source struct {
	weight           float64 // how many come by it
	kind             string
	name, medium     string
	campaigns        []string
	pages            []string
	notes            []string
	firms            float64 // how many of them are firms
	lead, deal, wins float64
	told             bool // by somebody who is a customer
}

const (
	fleetCampaign   = "Spring fleet"
	familyCampaign  = "Family summer"
	studentCampaign = "Compact for students"
	brandCampaign   = "Alder brand"
	letter          = "Alder letter"
)

// sources are all ways, the most used first. The weights are of one kind with the figures on the screens that the product was drawn with.
func sources() []source {
	return []source{
		{weight: .21, kind: journey.AdClick, name: "google", medium: "cpc", campaigns: []string{fleetCampaign, familyCampaign, brandCampaign}, pages: adPages, firms: .4, lead: .52, deal: .34, wins: .27},
		{weight: .19, kind: journey.AdClick, name: "facebook", medium: "paid_social", campaigns: []string{familyCampaign, studentCampaign}, pages: adPages, firms: .12, lead: .40, deal: .22, wins: .20},
		{weight: .17, kind: journey.PageView, name: "google", medium: "organic", pages: sitePages, firms: .3, lead: .38, deal: .33, wins: .30},
		{weight: .10, kind: journey.EmailClicked, name: "newsletter", medium: "email", campaigns: []string{letter, fleetCampaign}, pages: sitePages, firms: .35, lead: .44, deal: .36, wins: .34},
		{weight: .07, kind: journey.Recommendation, notes: toldNotes, firms: .25, lead: .78, deal: .52, wins: .46, told: true},
		{weight: .06, kind: journey.PressMention, name: "De Gentse Courant", medium: "press", pages: sitePages, notes: pressNotes, firms: .45, lead: .42, deal: .32, wins: .33},
		{weight: .05, kind: journey.Event, name: "Velofair", notes: eventNotes, firms: .5, lead: .60, deal: .30, wins: .25},
		{weight: .05, kind: journey.PageView, name: "(direct)", medium: "(none)", pages: sitePages, firms: .3, lead: .35, deal: .35, wins: .32},
		{weight: .04, kind: journey.Visit, notes: visitNotes, firms: 1, lead: .85, deal: .45, wins: .36},
		{weight: .03, kind: journey.PageView, name: "instagram", medium: "social", campaigns: []string{"Stories of riders"}, pages: sitePages, firms: .1, lead: .25, deal: .18, wins: .22},
		{weight: .02, kind: journey.PageView, name: "fietsersbond.example", medium: "referral", pages: sitePages, firms: .2, lead: .36, deal: .3, wins: .3},
		{weight: .01, kind: journey.PageView, name: "chatgpt.com", medium: "referral", pages: sitePages, firms: .3, lead: .4, deal: .3, wins: .3},
	}
}

var (
	adPages    = []string{"/delivery-bikes", "/delivery-bikes/bakeries", "/family", "/compact", "/test-ride"}
	sitePages  = []string{"/", "/family", "/family-xl", "/compact", "/pack", "/prices", "/delivery-bikes", "/service", "/workshop", "/test-ride", "/stories/four-bakeries"}
	formPages  = []string{"/test-ride", "/prices", "/delivery-bikes/test-day", "/service/book"}
	toldNotes  = []string{"At the school gate", "A neighbour let them ride it", "Between two shop owners", "In the office kitchen", "By the spoken code at the counter"}
	pressNotes = []string{"The bakers who gave up the van", "Ten families, one summer without a car", "Cargo bikes put to the test", "What a delivery costs by bike"}
	eventNotes = []string{"Took a leaflet for the shop", "Rode the Pack over the bridge", "Asked for the dealer's prices", "Came with two children", "Left a card for the draw"}
	visitNotes = []string{"Walked in with a Pack at the door", "Two vans in the yard, one stands still", "Owner out, spoke to the foreman", "Measured the crates", "Rode a round together"}

	privateAsks = []string{"the price of the Family", "a test ride with two children", "the Compact for a small flat", "how long delivery takes", "a child seat on the Family XL", "a lease over three years", "a service before the winter"}
	firmAsks    = []string{"4 shops, 6 bikes if the crates fit", "two bikes for home deliveries", "a test day at our door", "a cooled box", "what six Packs cost a month", "a quote for the board", "bikes for the night nurses"}
	callNotes   = []string{"Booked the test day", "Wants to talk it over at home", "Asked for the price list", "Calls back after the holidays", "Knows what they want, needs a date", "Compares us with two others", "Happy to be called so fast", "The partner decides"}
	meetNotes   = []string{"Went through the lease, line by line", "Drew the box for their crates", "The accountant sat in", "Agreed on six weeks", "Wants a reference from another shop"}
	rideNotes   = []string{"Test ride with two children", "Loved the brakes, worried about the stairs", "Rode the Compact along the Leie", "Came with the dog", "Test ride in the rain, and smiled"}
	dayNotes    = []string{"Four riders, 62 km, 118 crates", "One day with two Packs, both vans parked", "Riders want a second battery", "Delivered the whole morning round by eleven"}
	lostReasons = []string{"Chose another make", "Too dear", "Waits a year", "Went quiet", "Bought second hand", "The van lease runs on"}
)

// product is something that Alder Cycles sells.
type product struct {
	name  string
	minor int64
}

var (
	privateProducts = []product{{"Family", 3_980_00}, {"Family, two seats", 4_290_00}, {"Family XL", 4_800_00}, {"Compact", 2_980_00}, {"Rebuild and service", 860_00}}
	pack            = product{"Pack", 4_650_00}
	servicePlan     = product{"Service plan", 360_00}
)

// Who they are.
var (
	firstNames = []string{
		"Hanne", "Wim", "Brecht", "Roos", "Ann", "Stijn", "Nora", "Geert", "Katrien", "Dries", "Sara", "Ahmed", "Lies", "Filip", "Julie", "Ruth", "Mehdi", "Tine", "Koen", "Eva",
		"Karel", "Amira", "Jelle", "Fleur", "Pieter", "Sofie", "Kaat", "Emma", "Nathan", "Ilse", "Oona", "Yusuf", "Mieke", "Bart", "Lieke", "Zoë", "Søren", "Chiara", "Łukasz", "Priya", "Mateo", "Aylin", "Kwame", "Noor", "Liv",
	}
	lastNames = []string{
		"De Smet", "Aerts", "Lauwers", "Claeys", "Vercauteren", "Van Hecke", "Benali", "Moens", "Jacobs", "Lambrecht", "Vermeulen", "Yildiz", "Martens", "Wauters", "Cools", "De Backer",
		"Amrani", "Hoste", "Baeten", "Simoens", "Maes", "Bensalem", "Hansen", "Desmedt", "Goossens", "Willems", "Bogaert", "Pauwels", "Okoro", "Maertens", "Lindqvist", "Aydin", "Baert", "Neyt", "Jansen", "Åkesson", "Nowak", "Rossi", "Sharma", "Mensah",
	}
	trades = []trade{
		{"Slagerij", "Butcher"},
		{"Bakkerij", "Bakery"},
		{"Bloemen", "Florist"},
		{"Patisserie", "Bakery"},
		{"Apotheek", "Pharmacy"},
		{"Wijnhandel", "Wine"},
		{"Traiteur", "Catering"},
		{"Boekhandel", "Books"},
		{"Koffiebranderij", "Coffee"},
		{"Kaashuis", "Cheese"},
		{"Wasserij", "Laundry"},
		{"Groenten", "Groceries"},
		{"Drukkerij", "Printer"},
		{"Koerier", "Courier"},
		{"Tuinen", "Gardener"},
		{"Fotolab", "Photo"},
	}
	jobs  = []string{"Owner", "Manager", "Operations manager", "Office manager", "Buyer", "Director"}
	towns = []town{
		{"Ghent", "9000", "BE", 2},
		{"Ghent", "9000", "BE", 4},
		{"Ghent", "9000", "BE", 6},
		{"Merelbeke", "9820", "BE", 7},
		{"Deinze", "9800", "BE", 17},
		{"Lokeren", "9160", "BE", 21},
		{"Aalst", "9300", "BE", 30},
		{"Bruges", "8000", "BE", 45},
		{"Kortrijk", "8500", "BE", 44},
		{"Antwerp", "2000", "BE", 58},
		{"Brussels", "1000", "BE", 55},
		{"Leuven", "3000", "BE", 78},
		{"Lille", "59000", "FR", 75},
		{"Breda", "4811", "NL", 104},
	}
	streets = []string{"Kasteellaan", "Dok Noord", "Coupure", "Brugse Poort", "Stationsstraat", "Kerkstraat", "Molenweg", "Leiekaai", "Markt", "Vismijn"}
)

type trade struct{ word, name string }

type town struct {
	name, postal, country string
	km                    int
}
