package channel

import (
	"slices"
	"strings"
)

// place applies the public definitions for manual traffic in their order. What they leave unassigned, or call a link of another site though
// it is named after one of our own channels, is ours.
func place(o origin) string {
	c := placePaid(o)
	if c == "" {
		c = placeUnpaid(o)
	}
	if c != "" && c != Referral {
		return c
	}
	for _, word := range []string{o.medium, o.source} {
		if own, ok := ours[words(word)]; ok {
			return own
		}
	}
	if c == "" {
		return Unassigned
	}
	return c
}

func placePaid(o origin) string {
	site := siteOf(o.source)
	switch {
	case isDirect(o):
		return Direct
	case strings.Contains(o.campaign, "cross-network"):
		return CrossNetwork
	case isPaid(o.medium) && (site == shopping || isShop(o.campaign)):
		return PaidShopping
	case isPaid(o.medium) && site == search:
		return PaidSearch
	case isPaid(o.medium) && site == social:
		return PaidSocial
	case isPaid(o.medium) && site == video:
		return PaidVideo
	case isDisplay(o.medium):
		return Display
	case isPaid(o.medium):
		return PaidOther
	}
	return ""
}

func placeUnpaid(o origin) string {
	site := siteOf(o.source)
	switch {
	case site == shopping || isShop(o.campaign):
		return OrganicShopping
	case site == social || isSocial(o.medium):
		return OrganicSocial
	case site == video || strings.Contains(o.medium, "video"):
		return OrganicVideo
	case site == search || o.medium == "organic":
		return OrganicSearch
	// since May 2026; Google gives this medium to visits from assistants, which older exports call a referral or nothing
	case o.medium == "ai-assistant" || site == assistant && (isReferral(o.medium) || unset(o.medium)):
		return AIAssistant
	case isReferral(o.medium):
		return Referral
	case isEmail(o.source) || isEmail(o.medium):
		return Email
	case o.medium == "affiliate":
		return Affiliates
	case o.medium == "audio":
		return Audio
	case o.source == "sms" || o.medium == "sms":
		return SMS
	case strings.HasSuffix(o.medium, "push") || strings.Contains(o.medium, "mobile") || strings.Contains(o.medium, "notification"):
		return MobilePushNotifications
	}
	return ""
}

func isDirect(o origin) bool {
	return (o.source == "(direct)" || o.source == "direct") && unset(o.medium)
}

func unset(medium string) bool {
	return medium == "" || medium == "(none)" || medium == "(not set)" || medium == "none"
}

// isPaid is ^(.*cp.*|ppc|retargeting|paid.*)$.
func isPaid(medium string) bool {
	return strings.Contains(medium, "cp") || medium == "ppc" || medium == "retargeting" || strings.HasPrefix(medium, "paid")
}

func isDisplay(medium string) bool {
	return slices.Contains([]string{"display", "banner", "expandable", "interstitial", "cpm"}, medium)
}

func isSocial(medium string) bool {
	return slices.Contains([]string{"social", "social-network", "social-media", "sm", "social network", "social media"}, medium)
}

func isReferral(medium string) bool {
	return medium == "referral" || medium == "app" || medium == "link"
}

func isEmail(s string) bool { return s == "email" || s == "e-mail" || s == "e_mail" || s == "e mail" }

// isShop is ^(.*(([^a-df-z]|^)shop|shopping).*)$: a shop, a web-shop, an eshop; not a workshop.
func isShop(campaign string) bool {
	if strings.Contains(campaign, "shopping") {
		return true
	}
	for from := 0; ; {
		at := strings.Index(campaign[from:], "shop")
		if at < 0 {
			return false
		}
		at += from
		if at == 0 || !isLetterOtherThanE(campaign[at-1]) {
			return true
		}
		from = at + 1
	}
}

func isLetterOtherThanE(c byte) bool { return c >= 'a' && c <= 'z' && c != 'e' }

// ours are the words for the channels that Google does not know: a medium, a source or a kind that is exactly one of them, with blanks for the
// strokes between its parts.
var ours = map[string]string{
	"word of mouth":        WordOfMouth,
	"wom":                  WordOfMouth,
	"recommendation":       WordOfMouth,
	"recommended":          WordOfMouth,
	"personal referral":    WordOfMouth,
	"customer referral":    WordOfMouth,
	"friend":               WordOfMouth,
	"friends":              WordOfMouth,
	"friends and family":   WordOfMouth,
	"friend or colleague":  WordOfMouth,
	"press":                Press,
	"pr":                   Press,
	"public relations":     Press,
	"press mention":        Press,
	"press release":        Press,
	"press coverage":       Press,
	"media coverage":       Press,
	"newspaper":            Press,
	"magazine":             Press,
	"event":                Event,
	"events":               Event,
	"fair":                 Event,
	"trade fair":           Event,
	"trade show":           Event,
	"tradeshow":            Event,
	"exhibition":           Event,
	"conference":           Event,
	"seminar":              Event,
	"webinar":              Event,
	"workshop":             Event,
	"field":                Field,
	"field visit":          Field,
	"field sales":          Field,
	"visit":                Field,
	"door to door":         Field,
	"phone":                Phone,
	"phone call":           Phone,
	"telephone":            Phone,
	"call":                 Phone,
	"cold call":            Phone,
	"inbound call":         Phone,
	"outbound call":        Phone,
	"meeting":              Meeting,
	"face to face":         Meeting,
	"face to face meeting": Meeting,
	"video meeting":        Meeting,
}

func words(s string) string {
	if !strings.ContainsAny(s, "_-") {
		return s
	}
	return strings.NewReplacer("_", " ", "-", " ").Replace(s)
}
