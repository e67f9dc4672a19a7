package demo

import (
	"slices"
	"time"

	"tandem/internal/journey"
)

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
		{weight: .20, kind: journey.AdClick, name: "google", medium: "cpc", campaigns: []string{fleetCampaign, familyCampaign, brandCampaign}, firms: 0.26, lead: 0.58, deal: 0.32, wins: 0.39},
		{weight: .17, kind: journey.AdClick, name: "facebook", medium: "paid_social", campaigns: []string{studentCampaign, familyCampaign}, firms: 0.08, lead: 0.46, deal: 0.26, wins: 0.36},
		{weight: .17, kind: journey.PageView, name: "google", medium: "organic", pages: sitePages, firms: 0.19, lead: 0.46, deal: 0.32, wins: 0.41},
		{weight: .10, kind: journey.EmailClicked, name: "newsletter", medium: "email", campaigns: []string{fleetCampaign, letter}, pages: sitePages, firms: 0.22, lead: 0.54, deal: 0.36, wins: 0.48},
		{weight: .10, kind: journey.Recommendation, name: "word of mouth", medium: "referral", notes: toldNotes, firms: 0.21, lead: 0.84, deal: 0.49, wins: 0.64, told: true},
		{weight: .06, kind: journey.PressMention, name: "De Gentse Courant", medium: "press", pages: sitePages, notes: pressNotes, firms: 0.32, lead: 0.5, deal: 0.32, wins: 0.45},
		{weight: .05, kind: journey.Event, name: "Velofair", notes: eventNotes, firms: 0.32, lead: 0.66, deal: 0.27, wins: 0.35},
		{weight: .05, kind: journey.PageView, name: "(direct)", medium: "(none)", pages: sitePages, firms: 0.2, lead: 0.45, deal: 0.34, wins: 0.45},
		{weight: .04, kind: journey.Visit, notes: visitNotes, firms: 1, lead: 0.86, deal: 0.41, wins: 0.48},
		{weight: .03, kind: journey.PageView, name: "instagram", medium: "social", campaigns: []string{"Stories of riders"}, pages: sitePages, firms: 0.08, lead: 0.25, deal: 0.15, wins: 0.24},
		{weight: .02, kind: journey.PageView, name: "fietsersbond.example", medium: "referral", pages: sitePages, firms: 0.16, lead: 0.36, deal: 0.26, wins: 0.32},
		{weight: .01, kind: journey.PageView, name: "chatgpt.com", medium: "referral", pages: sitePages, firms: 0.24, lead: 0.4, deal: 0.26, wins: 0.32},
	}
}

var (
	sitePages  = []string{"/", "/family", "/family-xl", "/compact", "/pack", "/prices", "/delivery-bikes", "/service", "/workshop", "/test-ride", "/stories/four-bakeries"}
	toldNotes  = []string{"At the school gate", "A neighbour let them ride it", "Between two shop owners", "In the office kitchen", "By the spoken code at the counter"}
	pressNotes = []string{"The bakers who gave up the van", "Ten families, one summer without a car", "Cargo bikes put to the test", "What a delivery costs by bike"}
	eventNotes = []string{"Took a leaflet for the shop", "Rode the Pack over the bridge", "Asked for the dealer's prices", "Came with two children", "Left a card for the draw"}
	visitNotes = []string{"Walked in with a Pack at the door", "Two vans in the yard, one stands still", "Owner out, spoke to the foreman", "Measured the crates", "Rode a round together"}

	replies   = []string{"Is there one to try near me?", "Do you take our old bike in part?", "Please send the price list", "Not now, ask again after the summer", "How far does it go in winter?"}
	meetNotes = []string{"Went through the lease, line by line", "Drew the box for their crates", "The accountant sat in", "Agreed on six weeks", "Wants a reference from another shop"}
	rideNotes = []string{"Test ride with two children", "Loved the brakes, worried about the stairs", "Rode the Compact along the Leie", "Came with the dog", "Test ride in the rain, and smiled"}
	dayNotes  = []string{"Four riders, 62 km, 118 crates", "One day with two Packs, both vans parked", "Riders want a second battery", "Delivered the whole morning round by eleven"}
)

// words are what families say and see, or firms.
type words struct{ ads, forms, asks, calls, pen, again, lost []string }

func (l *life) words() words {
	if l.firm {
		return firmWords
	}
	return familyWords
}

var (
	familyWords = words{
		ads:   []string{"/family", "/family-xl", "/compact", "/test-ride"},
		forms: []string{"/test-ride", "/prices", "/service/book"},
		asks:  []string{"the price of the Family", "a test ride with two children", "the Compact for a small flat", "how long delivery takes", "a child seat on the Family XL", "a lease over three years", "a service before the winter"},
		calls: []string{"Booked a test ride", "Wants to talk it over at home", "Asked for the price list", "Calls back after the holidays", "Knows what they want, needs a date", "Compares us with two others", "Happy to be called so fast"},
		pen: []string{
			"Speaks French at home, Dutch at work.", "Has ridden the neighbour's for a month and knows what it can do.", "Worried about theft: show the frame lock and the insurance.",
			"Lives on the third floor, no lift. The Compact only.", "Her brother rides for Pakt and told her everything already.", "Their garage door is 92 cm wide, the Family passes, the Family XL does not.",
		},
		again: []string{"Wants a second one", "The first one is always taken: one more", "Sister wants the same, same address", "The boy has outgrown the Compact"},
		lost:  []string{"Chose another make", "Too dear", "Waits a year", "Went quiet", "Bought second hand", "No room for it at home"},
	}
	firmWords = words{
		ads:   []string{"/delivery-bikes", "/delivery-bikes/bakeries", "/pack"},
		forms: []string{"/prices", "/delivery-bikes/test-day", "/delivery-bikes"},
		asks:  []string{"4 shops, 6 bikes if the crates fit", "two bikes for home deliveries", "a test day at our door", "a cooled box", "what six Packs cost a month", "a quote for the board", "bikes for the night nurses"},
		calls: []string{"Booked the test day", "Asked for the price list", "Calls back after the holidays", "Knows what they want, needs a date", "Compares us with two others", "Happy to be called so fast", "The partner decides"},
		pen: []string{
			"Park the test bike behind, the front is pedestrian till eleven.", "Speaks French at home, Dutch at work.", "Budget year begins in January. Call in December.", "Wants to see the welding. Invite to the workshop.",
			"The yard's gate is 92 cm wide, the Pack passes with its box off.",
		},
		again: []string{"Wants a second one", "The first one is always taken: one more", "A bike for the other shop"},
		lost:  []string{"Chose another make", "Too dear", "Waits a year", "Went quiet", "The van lease runs on"},
	}
)

// pages are where they land: of an advertisement what it is for.
func (l *life) pages() []string {
	if l.from.kind == journey.AdClick {
		return l.words().ads
	}
	return l.from.pages
}

// fitting are the campaigns that run in a month and speak to families, or to firms; the last one of all if none does.
func fitting(all []string, firm bool, month time.Month) []string {
	var some []string
	for _, name := range all {
		if months := monthsOf(name); len(months) > 0 && !slices.Contains(months, month) || firm && (name == familyCampaign || name == studentCampaign) || !firm && name == fleetCampaign {
			continue
		}
		some = append(some, name)
	}
	if len(some) == 0 {
		return all[len(all)-1:]
	}
	return some
}

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
	signs = []string{
		"De Zwaan", "De Leie", "Zuid", "Cuvée", "Safran", "Letterzetter", "Het Anker", "De Linde", "Noord", "Bij Moeder", "Den Draak", "De Kouter", "Sint-Pieters", "Prinsenhof",
		"De Regenboog", "Pakt", "Kantel", "Verdi", "Het Zuiden", "Patershol", "Groene Vingers", "De Vlinder", "Oude Beestenmarkt", "Muinkpark", "Rabot", "Dampoort", "Lente", "Ter Platen", "Watersportbaan", "De Wolf",
	}
	trades = []trade{
		{"Slagerij", "Butcher"},
		{"Drogisterij", "Drugstore"},
		{"Kinderdagverblijf", "Care"},
		{"Thuiszorg", "Care"},
		{"Brouwerij", "Brewery"},
		{"Schrijnwerkerij", "Carpenter"},
		{"Schilderwerken", "Painter"},
		{"Imkerij", "Food"},
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
