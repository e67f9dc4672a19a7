package demo

import (
	"tandem/internal/journey"
	"tandem/internal/people/contact"
	"tandem/internal/sales/activity"
	"tandem/internal/sales/deal"
)

// way is how somebody came, as a touch has it.
type way struct{ kind, source, medium, campaign, page string }

var (
	searchAd = way{journey.AdClick, "google", "cpc", fleetCampaign, "/delivery-bikes"}
	socialAd = way{journey.AdClick, "facebook", "paid_social", familyCampaign, "/family"}
	found    = way{journey.PageView, "google", "organic", "", "/family"}
	byLetter = way{journey.EmailClicked, "newsletter", "email", fleetCampaign, "/pack"}
	read     = way{journey.PressMention, "De Gentse Courant", "press", "", "/stories/four-bakeries"}
	fair     = way{journey.Event, "Velofair", "", "", ""}
)

// came is the beginning of most stories: how they heard of us, the day before they asked, and the call they got.
func came(days int, by way, asked, called string, owner colleague) []moment {
	first := ago(days+1, "19:40", by.kind, "", nobody).via(by.source, by.medium, by.campaign, by.page)
	form := ago(days, "08:50", journey.FormSubmitted, asked, nobody).via(by.source, by.medium, by.campaign, "/prices")
	if by.medium == "" {
		form = form.via("(direct)", "(none)", "", "/prices")
	}
	return []moment{first, form, ago(days, "09:35", journey.Call, called, owner)}
}

// then goes on with a story.
func then(story []moment, more ...moment) []moment { return append(story, more...) }

// one is a deal that is open.
func one(name string, minor int64, stage string, days int) []offer {
	return []offer{{name, minor, stage, deal.Open, days, 0, nil}}
}

func next(kind activity.Kind, days int, clock, text string, by colleague) []plan {
	return []plan{{kind, days, clock, text, by}}
}

// undecided are the firms and families with whom somebody is talking.
func undecided() []figure {
	return append(undecidedFirms(), undecidedFamilies()...)
}

func undecidedFirms() []figure {
	return []figure{
		{
			first: "Hilde", last: "Vanneste", title: "Head teacher", company: "Sint-Lievens school", town: "Ghent", km: 4, trade: "School", stage: contact.Opportunity, owner: mara,
			story: came(9, found, "Two bikes for the nursery class", "Needs a quote for the parents' board", mara), deals: one("2 × Family XL", 9_600_00, firstTalk, 6),
			plans: next(activity.Call, 1, "10:00", "Did the parents' board agree?", mara),
		},
		{
			first: "Samira", last: "Haddad", title: "Coordinator", company: "Zorgpunt Zuid", town: "Ghent", km: 5, trade: "Care", stage: contact.Opportunity, owner: tom,
			story: then(came(17, searchAd, "Two bikes for the night nurses", "Rides at night, asks for lights", tom), ago(10, "14:00", journey.Meeting, "Three nurses tried the Pack in the yard", tom)),
			deals: one("2 × Pack, home care", 9_300_00, testRide, 12), plans: next(activity.Visit, 2, "09:30", "Test day, bring the rain covers", tom),
		},
		{
			first: "Luc", last: "Buyse", title: "Owner", company: "Velo-Depot Aalst", town: "Aalst", km: 30, trade: "Dealer", stage: contact.Opportunity, owner: mara,
			story: then(came(30, fair, "What a dealer earns on a Family", "Sells 40 cargo bikes a year", mara), ago(16, "10:00", journey.QuoteSent, "5 bikes, dealer", mara)),
			deals: one("5 bikes, dealer", 17_500_00, quoteSent, 21), plans: next(activity.Call, -4, "10:00", "Has he read the dealer's terms?", mara),
		},
		{
			first: "Chiara", last: "Fontana", title: "Manager", company: "Hotel Verdi", town: "Ghent", km: 2, trade: "Hotel", stage: contact.Opportunity, owner: mara,
			story: then(came(19, read, "Six bikes for guests, with our name on them", "Opens again at Easter", mara), ago(8, "16:20", journey.QuoteSent, "6 × guest bike", mara)),
			deals: one("6 × guest bike", 11_400_00, quoteSent, 10), plans: next(activity.Call, 1, "15:30", "Ask about the colour of the guest bikes", mara),
		},
		{
			first: "Wouter", last: "Vink", title: "Owner", company: "Drukkerij Vink", town: "Lokeren", km: 20, trade: "Printer", stage: contact.Opportunity, owner: tom,
			story: then(came(22, byLetter, "One Pack for the posters", "The van is in the garage again", tom), ago(12, "11:10", journey.QuoteSent, "Pack", tom)),
			deals: one("Pack", 4_650_00, quoteSent, 14), plans: next(activity.Call, 1, "11:00", "Follow the quote up", tom),
		},
		{
			first: "Sander", last: "Van Laere", title: "Brewer", company: "Brouwerij Kantel", town: "Deinze", km: 18, trade: "Brewery", stage: contact.Opportunity, owner: tom,
			story: then(came(41, read, "Can it take eight crates?", "Wants to try it with full crates", tom), ago(30, "09:30", journey.Visit, "Eight crates, up the bridge and down again", tom), ago(20, "10:30", journey.QuoteSent, "3 × Pack", tom)),
			deals: one("3 × Pack", 13_950_00, lastTerms, 26), plans: next(activity.Call, 2, "17:00", "The accountant has the lease", tom),
		},
		{
			first: "Tuba", last: "Kaya", title: "Founder", company: "Vers aan Huis", town: "Ghent", km: 6, trade: "Groceries", stage: contact.Opportunity, owner: tom,
			story: then(came(26, searchAd, "A cooled box, is there one?", "200 baskets a week and growing", tom), ago(15, "13:00", journey.Visit, "Drew the cooled box together", tom), ago(9, "09:40", journey.QuoteSent, "2 × Pack, cooled box", tom)),
			deals: one("2 × Pack, cooled box", 9_250_00, lastTerms, 17), plans: next(activity.Meeting, 1, "13:30", "Sign the contract at their kitchen", tom),
		},
		{
			first: "Veerle", last: "Coppens", title: "Librarian", company: "Stad Gent, library", town: "Ghent", km: 2, trade: "Public", stage: contact.Customer, owner: lotte,
			story: then(came(64, found, "A bike that carries books to the old people", "The city pays after thirty days", lotte), ago(40, "10:00", journey.Meeting, "Measured the book crates", lotte), ago(19, "11:00", journey.QuoteAccepted, "Pack", nobody)),
			deals: []offer{{"Pack", 4_650_00, "Won", deal.Won, 60, 19, nil}}, plans: next(activity.Task, 1, "12:00", "Remind the city of the invoice", lotte),
		},
		{
			first: "Bram", last: "Verhelst", title: "Head of deliveries", company: "Broodhuis Bakeries", town: "Ghent", km: 4, trade: "Bakery", stage: contact.SQL, owner: tom, domain: "broodhuis.example", street: "Kasteellaan 118",
			story: []moment{
				ago(29, "09:30", journey.Visit, "Rode the first round himself", tom), ago(20, "08:15", journey.Call, "Two riders want gloves that breathe", tom),
				ago(6, "06:40", journey.EmailOpened, "Your six Packs: what happens next", nobody).via("newsletter", "email", fleetCampaign, ""),
			},
		},
		{
			first: "Filip", last: "Wauters", title: "Manager", company: "Wasserij De Zwaan", town: "Merelbeke", km: 8, trade: "Laundry", stage: contact.Lead, owner: ines,
			story: []moment{ago(13, "10:40", journey.Visit, "Van lease ends in August", tom)},
		},
	}
}

func undecidedFamilies() []figure {
	return []figure{
		{
			first: "Lieke", last: "Jansen", town: "Breda", km: 104, stage: contact.Opportunity, owner: jonas,
			story: came(3, found, "The price of the Family", "Lives far, asks for a dealer nearby", jonas), deals: one("Family", 3_980_00, firstTalk, 2),
		},
		{
			first: "Kaat", last: "Bogaert", town: "Deinze", km: 17, stage: contact.Opportunity, owner: jonas,
			story: came(8, socialAd, "A test ride with two children", "Saturday is best", jonas), deals: one("Family", 4_120_00, testRide, 7), plans: next(activity.Meeting, 3, "11:00", "Test ride, Family", jonas),
		},
		{
			first: "Emma", last: "Pauwels", town: "Ghent", km: 3, stage: contact.Opportunity, owner: jonas,
			story: then(came(6, way{journey.AdClick, "facebook", "paid_social", studentCampaign, "/compact"}, "The Compact for a small flat", "Third floor, no lift", jonas), ago(2, "16:30", journey.Meeting, "Carried the Compact up the stairs", jonas)),
			deals: one("Compact", 2_980_00, testRide, 5), plans: next(activity.Call, 1, "12:30", "Has she found a place for it?", jonas),
		},
		{
			first: "Ilse", last: "Maertens", town: "Ghent", km: 5, stage: contact.Opportunity, owner: lotte,
			story: then(came(5, found, "A service before the winter", "Seven years old, rides every day", lotte), ago(3, "17:00", journey.QuoteSent, "Rebuild and service", lotte)),
			deals: one("Rebuild and service", 860_00, quoteSent, 4), plans: next(activity.Call, 1, "16:30", "New motor or the old one?", lotte),
		},
		{
			first: "Oona", last: "Lindqvist", town: "Ghent", km: 4, stage: contact.Opportunity, owner: jonas, told: "amira.bensalem",
			story: []moment{
				ago(16, "17:45", journey.Recommendation, "Amira let her carry all four children", nobody), ago(15, "20:30", journey.FormSubmitted, "A child seat on the Family", nobody).via("(direct)", "(none)", "", "/test-ride"),
				ago(14, "09:20", journey.Call, "Knows what they want, needs a date", jonas), ago(9, "15:00", journey.Meeting, "Test ride with the dog too", jonas), ago(5, "12:10", journey.QuoteSent, "Family, child seat", jonas),
			}, deals: one("Family, child seat", 4_390_00, lastTerms, 9), plans: next(activity.Meeting, 2, "18:00", "Signs when she fetches the helmet", jonas),
		},
	}
}
