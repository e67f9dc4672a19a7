// Package channel says where a touch came from, in one word for each way in which people come to a business.
//
// The names and the rules of the online ones are Google Analytics' public default channel group, its definitions for manual traffic, in
// their order (https://support.google.com/analytics/answer/9756891). Beside them stand our own for what Google does not see: Word of mouth,
// Press, Event, Field, Phone, Meeting. A link on another site is Referral, never Word of mouth.
//
// A channel that a file names is kept as written and never comes here; a derived one is always a name of All, or "" where nothing is known
// to derive it from. Case and white space make no difference. Google's lists of sites are long and change; ours (sites.go) is a
// selection of the same kind.
package channel

import (
	"slices"
	"strings"

	"tandem/internal/text"
)

// The channels of the public definitions. Unassigned is what no rule places.
const (
	Direct                  = "Direct"
	CrossNetwork            = "Cross-network"
	PaidShopping            = "Paid Shopping"
	PaidSearch              = "Paid Search"
	PaidSocial              = "Paid Social"
	PaidVideo               = "Paid Video"
	Display                 = "Display"
	PaidOther               = "Paid Other"
	OrganicShopping         = "Organic Shopping"
	OrganicSocial           = "Organic Social"
	OrganicVideo            = "Organic Video"
	OrganicSearch           = "Organic Search"
	AIAssistant             = "AI Assistant"
	Referral                = "Referral"
	Email                   = "Email"
	Affiliates              = "Affiliates"
	Audio                   = "Audio"
	SMS                     = "SMS"
	MobilePushNotifications = "Mobile Push Notifications"
	Unassigned              = "Unassigned"
)

// The channels of our own. Meeting is an agreed talk, at a table or on a screen; Field is a visit out there; Event is a fair, a talk, a webinar.
const (
	WordOfMouth = "Word of mouth"
	Press       = "Press"
	Event       = "Event"
	Field       = "Field"
	Phone       = "Phone"
	Meeting     = "Meeting"
)

// All lists every channel that is ever derived.
func All() []string {
	return []string{
		Direct, CrossNetwork, PaidShopping, PaidSearch, PaidSocial, PaidVideo, Display, PaidOther, OrganicShopping, OrganicSocial,
		OrganicVideo, OrganicSearch, AIAssistant, Referral, Email, Affiliates, Audio, SMS, MobilePushNotifications, Unassigned,
		WordOfMouth, Press, Event, Field, Phone, Meeting,
	}
}

// IsDirect reports whether a channel, derived or as a file writes it, says that the person came by themselves: "Direct", "(direct)",
// "direct_traffic". The last non-direct touch is the last one of which this is false.
func IsDirect(name string) bool {
	name = strings.NewReplacer("_", " ", "-", " ").Replace(text.Key(name))
	return slices.Contains([]string{"direct", "(direct)", "direct traffic", "(direct) / (none)", "direct / none"}, name)
}
