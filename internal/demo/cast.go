package demo

import (
	"slices"
	"time"

	"tandem/internal/journey"
	"tandem/internal/people/contact"
	"tandem/internal/sales/activity"
	"tandem/internal/sales/deal"
)

// figure is somebody who is written by hand.
type figure struct {
	first, last, title, company, town string
	km                                int
	trade                             string
	domain, street                    string // where they are not made up from the rest
	stage                             contact.Lifecycle
	owner                             colleague
	tags                              []string
	told                              string // the email of who told them, before the @
	story                             []moment
	deals                             []offer
	plans                             []plan
}

// moment is a touch so many days ago at a time of day, or, of today, so many minutes ago.
type moment struct {
	days    int
	clock   string
	minutes int
	journey.Touch
	by colleague
}

// offer is a deal of theirs, opened and decided so many days ago; decided 0 is open.
type offer struct {
	name            string
	minor           int64
	stage           string
	status          deal.Status
	opened, decided int
	paid            []part
}

// part is a share of the money in hundredths, paid so many days ago; less than nothing is given back.
type part struct{ share, days int64 }

// plan is something to do, so many days ahead; less than nothing is late.
type plan struct {
	kind  activity.Kind
	days  int
	clock string
	text  string
	by    colleague
}

func ago(days int, clock, kind, note string, by colleague) moment {
	return moment{days: days, clock: clock, Touch: journey.Touch{Kind: kind, Note: note}, by: by}
}

func (m moment) via(source, medium, campaign, page string) moment {
	m.Source, m.Medium, m.Campaign, m.Page = source, medium, campaign, page
	return m
}

// now is a touch of today.
func now(minutes int, kind, note string) moment {
	return moment{minutes: minutes, Touch: journey.Touch{Kind: kind, Note: note}}
}

var nobody colleague

// cast are the people whom today is about, and the story that shows how both wings win a customer.
func cast() []figure {
	return slices.Concat(customers(), waiting(), dealing(), undecided())
}

// names are the cast's.
func names(all []figure) map[string]bool {
	known := map[string]bool{}
	for _, f := range all {
		known[f.first+" "+f.last] = true
	}
	return known
}

func customers() []figure {
	return []figure{
		{first: "Karel", last: "Maes", town: "Ghent", km: 3, stage: contact.Evangelist, owner: jonas, tags: []string{"recommends us"}, story: []moment{
			ago(420, "20:10", journey.AdClick, "", nobody).via("google", "cpc", familyCampaign, "/family"),
			ago(419, "19:40", journey.FormSubmitted, "Asked for a test ride with one child", nobody).via("google", "cpc", familyCampaign, "/test-ride"),
			ago(418, "10:15", journey.Call, "Comes on Saturday", jonas), ago(414, "11:00", journey.Meeting, "Test ride, rode home smiling", jonas),
		}, deals: []offer{{"Family", 3_840_00, "Won", deal.Won, 418, 410, []part{{100, 402}}}}},
		{
			first: "Hanne", last: "De Smet", title: "Operations manager", company: "Broodhuis Bakeries", town: "Ghent", km: 4, trade: "Bakery", stage: contact.Customer, owner: mara,
			tags: []string{"recommends us"}, told: "karel.maes", domain: "broodhuis.example", street: "Kasteellaan 118", story: []moment{
				ago(353, "12:00", journey.Recommendation, "Karel let her ride his Family", nobody),
				ago(347, "10:00", journey.Meeting, "Test ride with two children", jonas),
				ago(270, "08:05", journey.EmailOpened, "", nobody).via("newsletter", "email", letter, ""),
				ago(180, "08:20", journey.EmailOpened, "", nobody).via("newsletter", "email", letter, ""),
				ago(67, "20:12", journey.PressMention, "The bakers who gave up the van, read two pages", nobody).via("De Gentse Courant", "press", "", "/stories/four-bakeries"),
				ago(48, "07:15", journey.EmailOpened, "Spring fleet 1 of 3", nobody).via("newsletter", "email", fleetCampaign, ""),
				ago(34, "10:33", journey.EmailClicked, "See it carry 80 kg", nobody).via("newsletter", "email", fleetCampaign, "/pack"),
				ago(34, "10:41", journey.FormSubmitted, "4 shops, 6 bikes if the crates fit", nobody).via("newsletter", "email", fleetCampaign, "/delivery-bikes/bakeries"),
				ago(34, "10:59", journey.Call, "Booked the test day. 14 min, 18 min after the form", tom),
				ago(29, "09:30", journey.Visit, "Test day with two Packs: four riders, 62 km, 118 crates. Two vans stayed parked.", tom),
				ago(21, "10:00", journey.Meeting, "Wants delivery before the holidays. Asked for her bread crates (60 × 40 cm) to fit without a lid. Her partner signs above €30,000.", mara),
				ago(14, "15:05", journey.QuoteSent, "6 × Pack, 6 boxes, training", mara),
				ago(13, "19:20", journey.PageView, "", nobody).via("(direct)", "(none)", "", "/pack"),
				ago(8, "16:31", journey.QuoteAccepted, "Signed by Hanne De Smet", nobody),
			}, deals: []offer{
				{"Family", 3_840_00, "Won", deal.Won, 347, 345, []part{{100, 340}}},
				{"Six Packs for four shops", 28_500_00, "Won", deal.Won, 33, 8, []part{{30, 2}}},
				{"Service plan, six bikes", 2_160_00, firstTalk, deal.Open, 8, 0, nil},
			}, plans: []plan{{activity.Call, 0, "11:00", "Call about the deposit", mara}},
		},
		{first: "Amira", last: "Bensalem", town: "Ghent", km: 5, stage: contact.Customer, owner: jonas, tags: []string{"recommends us"}, told: "hanne.desmet", story: []moment{
			ago(244, "17:30", journey.Recommendation, "Hanne told her at the school gate", nobody), ago(243, "09:10", journey.FormSubmitted, "Asked for a test ride", nobody).via("(direct)", "(none)", "", "/test-ride"),
			ago(243, "09:42", journey.Call, "Comes with both children", jonas), ago(240, "14:00", journey.Meeting, "Test ride, wants it in green", jonas),
		}, deals: []offer{{"Family", 3_960_00, "Won", deal.Won, 242, 228, []part{{100, 221}}}}},
	}
}

// waiting are those who want an answer today.
func waiting() []figure {
	return []figure{
		{first: "Fleur", last: "Desmedt", town: "Bruges", km: 46, stage: contact.Lead, owner: jonas, story: []moment{
			ago(2, "21:14", journey.AdClick, "", nobody).via("facebook", "paid_social", familyCampaign, "/family"),
			now(74, journey.FormSubmitted, "Asked the price of the Family").via("facebook", "paid_social", familyCampaign, "/prices"),
		}},
		{first: "Wim", last: "Aerts", title: "Owner", company: "Apotheek Sint-Jacob", town: "Ghent", km: 2, trade: "Pharmacy", stage: contact.Lead, owner: tom, story: []moment{
			ago(20, "07:31", journey.EmailOpened, "Spring fleet 1 of 3", nobody).via("newsletter", "email", fleetCampaign, ""),
			ago(1, "18:02", journey.EmailClicked, "See it carry 80 kg", nobody).via("newsletter", "email", fleetCampaign, "/pack"),
			now(51, journey.EmailReplied, "Two bikes for home deliveries, how soon?").via("newsletter", "email", fleetCampaign, ""),
		}},
		{first: "Brecht", last: "Lauwers", title: "Manager", company: "Café Lijnwaad", town: "Ghent", km: 3, trade: "Catering", stage: contact.Lead, owner: tom, story: []moment{
			now(64, journey.AdClick, "").via("google", "cpc", fleetCampaign, "/delivery-bikes"),
			now(38, journey.FormSubmitted, "Asked for a test day").via("google", "cpc", fleetCampaign, "/delivery-bikes/test-day"),
		}},
		{first: "Jelle", last: "Hansen", town: "Bruges", km: 45, stage: contact.Lead, owner: jonas, told: "amira.bensalem", story: []moment{
			now(55, journey.Recommendation, "Amira told him, by her spoken code"),
			now(12, journey.FormSubmitted, "Wants to book a test ride").via("(direct)", "(none)", "", "/test-ride"),
		}},
		{first: "Roos", last: "Claeys", title: "Owner", company: "Roos & Co Flowers", town: "Merelbeke", km: 7, trade: "Florist", stage: contact.Lead, owner: mara, story: []moment{
			ago(1, "20:40", journey.PressMention, "The bakers who gave up the van", nobody).via("De Gentse Courant", "press", "", "/stories/four-bakeries"),
			{minutes: 5, Touch: journey.Touch{Kind: journey.Call, Note: "Missed call, no voicemail", Detail: `{"missed":true}`}},
		}},
		{first: "Pieter", last: "Goossens", town: "Deinze", km: 18, stage: contact.Customer, owner: lotte, story: []moment{
			ago(300, "15:00", journey.Visit, "Bought a second-hand Compact at the workshop", lotte),
			now(40, journey.FormSubmitted, "Asked for the yearly service").via("(direct)", "(none)", "", "/service/book"),
		}},
	}
}

// dealing are those who are somewhere between the first talk and the money.
func dealing() []figure {
	return []figure{
		{first: "Ruben", last: "Vos", title: "Editor", company: "Fietsblad", town: "Antwerp", km: 58, trade: "Press", owner: ines, tags: []string{"press"}, story: []moment{
			ago(12, "11:20", journey.Meeting, "Wants to ride the Pack for a week", ines),
		}, plans: []plan{
			{activity.Call, 0, "11:30", "Interview, by phone", ines}, {activity.Task, 0, "17:00", "Send photos, the print deadline is today", ines},
		}},
		{first: "Ilyas", last: "Demir", title: "Director", company: "Stadsdepot Couriers", town: "Ghent", km: 4, trade: "Courier", stage: contact.Opportunity, owner: tom, story: []moment{
			ago(24, "09:12", journey.AdClick, "", nobody).via("google", "cpc", fleetCampaign, "/delivery-bikes"),
			ago(24, "09:30", journey.FormSubmitted, "Asked what four Packs cost a month", nobody).via("google", "cpc", fleetCampaign, "/prices"),
			ago(24, "10:05", journey.Call, "Six riders, two vans too many", tom), ago(9, "09:30", journey.Visit, "Test day, two riders", tom),
		}, deals: []offer{{"4 × Pack", 19_200_00, testRide, deal.Open, 23, 0, nil}}, plans: []plan{
			{activity.Task, -1, "16:00", "Send the quote to Stadsdepot Couriers", tom}, {activity.Visit, 0, "13:15", "Dok Noord 4, bring both batteries", tom},
		}},
		{first: "Sofie", last: "Willems", town: "Ghent", km: 6, stage: contact.Opportunity, owner: jonas, told: "amira.bensalem", story: []moment{
			ago(6, "18:20", journey.Recommendation, "Amira's neighbour", nobody), ago(5, "08:55", journey.FormSubmitted, "Asked for two seats", nobody).via("(direct)", "(none)", "", "/test-ride"), ago(5, "09:20", journey.Call, "Rides today", jonas),
		}, deals: []offer{{"Family, two seats", 4_290_00, firstTalk, deal.Open, 3, 0, nil}}, plans: []plan{{activity.Meeting, 0, "14:00", "Test ride, Family with two seats", jonas}}},
		{first: "Greet", last: "Lambert", title: "Head of the nursery", company: "De Regenboog nursery", town: "Ghent", km: 5, trade: "Care", stage: contact.Opportunity, owner: tom, story: []moment{
			ago(16, "10:30", journey.Visit, "Rode past with the Pack, they asked us in", tom), ago(4, "15:30", journey.Call, "The board likes it", tom),
		}, deals: []offer{{"3 × Family", 12_900_00, firstTalk, deal.Open, 4, 0, nil}}, plans: []plan{{activity.Visit, 0, "16:00", "Ledeberg, three bikes for three groups", tom}}},
		{first: "Willem", last: "Van Acker", title: "Owner", company: "Tuinen Van Acker", town: "Lokeren", km: 21, trade: "Gardener", stage: contact.Opportunity, owner: tom, story: []moment{
			ago(30, "11:00", journey.Event, "Velofair, asked about the trailer", nobody), ago(28, "09:00", journey.FormSubmitted, "Two Packs with a flat bed", nobody).via("(direct)", "(none)", "", "/pack"), ago(28, "09:50", journey.Call, "Visits us in two weeks", tom),
		}, deals: []offer{{"2 × Pack", 9_400_00, firstTalk, deal.Open, 11, 0, nil}}, plans: []plan{{activity.Call, -3, "10:00", "Ask how the visit to the bank went", tom}}},
		{first: "Nathan", last: "Okoro", town: "Aalst", km: 31, stage: contact.Opportunity, owner: jonas, story: []moment{
			ago(15, "21:00", journey.PageView, "", nobody).via("google", "organic", "", "/family"), ago(14, "20:10", journey.FormSubmitted, "Asked about a lease", nobody).via("google", "organic", "", "/prices"),
			ago(13, "09:15", journey.Call, "Compares two makes", jonas), ago(10, "15:00", journey.Meeting, "Test ride in the rain, and smiled", jonas), ago(6, "12:00", journey.QuoteSent, "Family", jonas),
		}, deals: []offer{{"Family", 4_480_00, quoteSent, deal.Open, 12, 0, nil}}, plans: []plan{{activity.Call, 2, "17:30", "Has he slept on it?", jonas}}},
		{first: "Els", last: "Verlinden", title: "Buyer", company: "Gemeente Merelbeke", town: "Merelbeke", km: 7, trade: "Public", stage: contact.Opportunity, owner: mara, story: []moment{
			ago(70, "10:00", journey.Event, "Velofair, talked about the tender", nobody), ago(40, "11:00", journey.Meeting, "Tender: four Packs, ten years of parts", mara), ago(25, "10:00", journey.QuoteSent, "4 × Pack, tender", mara),
		}, deals: []offer{{"4 × Pack, tender", 18_600_00, lastTerms, deal.Open, 39, 0, nil}}, plans: []plan{{activity.Meeting, 6, "19:30", "Council sits, we may be asked", mara}, {activity.Task, 0, "15:00", "Send the list of parts with prices", mara}}},
		{first: "Yusuf", last: "Aydin", town: "Ghent", km: 2, stage: contact.Customer, owner: jonas, story: []moment{
			ago(26, "20:00", journey.AdClick, "", nobody).via("facebook", "paid_social", familyCampaign, "/family"), ago(25, "07:40", journey.FormSubmitted, "Asked for a test ride", nobody).via("facebook", "paid_social", familyCampaign, "/test-ride"),
			ago(25, "09:05", journey.Call, "Free on Saturdays", jonas), ago(18, "11:00", journey.Meeting, "Test ride with the twins", jonas), ago(6, "18:12", journey.QuoteAccepted, "Family, two seats", nobody),
		}, deals: []offer{{"Family, two seats", 4_500_00, "Won", deal.Won, 24, 6, nil}}, plans: []plan{{activity.Meeting, 1, "10:00", "Fetches the bike, and pays", jonas}}},
		{first: "Mieke", last: "Baert", town: "Bruges", km: 44, stage: contact.Customer, owner: jonas, story: []moment{
			ago(60, "19:00", journey.PageView, "", nobody).via("chatgpt.com", "referral", "", "/family"), ago(58, "20:40", journey.FormSubmitted, "Asked how long delivery takes", nobody).via("(direct)", "(none)", "", "/prices"),
			ago(57, "09:30", journey.Call, "Needs it before school", jonas), ago(50, "14:00", journey.Meeting, "Test ride, took the green one", jonas),
		}, deals: []offer{{"Family", 3_980_00, "Won", deal.Won, 55, 45, []part{{100, 40}, {-50, 11}}}}},
	}
}

// at is when a moment was.
func (m moment) at(today time.Time) time.Time {
	if m.clock == "" {
		return today.Add(-time.Duration(m.minutes) * time.Minute)
	}
	return clockOn(today.AddDate(0, 0, -m.days), m.clock)
}

// planned is when a plan is due. Those of today are written for a morning at half past ten. Later in the day they keep their distance from
// now, and draw together as midnight comes near.
func (p plan) planned(now time.Time) time.Time {
	at, morning := clockOn(now.AddDate(0, 0, p.days), p.clock), clockOn(now, "10:30")
	if p.days != 0 || !now.After(morning) {
		return at
	}
	const step, longest = 5 * time.Minute, 8 * time.Hour // nothing is planned later than that after half past ten
	left := min(clockOn(now, "23:58").Sub(now), longest)
	return now.Add(time.Duration(float64(at.Sub(morning)) * float64(left) / float64(longest))).Round(step)
}

// workday is the moment, or one on the day before or after it where nobody works. Families are met on Saturdays too. What is of today stays.
func workday(at time.Time, towards int, firm bool) time.Time {
	for towards != 0 && (at.Weekday() == time.Sunday || firm && at.Weekday() == time.Saturday) {
		at = at.AddDate(0, 0, towards/max(towards, -towards))
	}
	return at
}

// clockOn is a time of day, as 15:04.
func clockOn(day time.Time, clock string) time.Time {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		panic("demo: " + err.Error())
	}
	return time.Date(day.Year(), day.Month(), day.Day(), t.Hour(), t.Minute(), 0, 0, day.Location())
}
