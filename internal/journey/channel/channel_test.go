package channel_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"tandem/internal/journey/channel"
)

// The public definitions for manual traffic, each with the sides of its rule.
func TestChannelsFollowThePublicDefinitions(t *testing.T) {
	for _, c := range []struct{ source, medium, campaign, want string }{
		{"(direct)", "(none)", "", channel.Direct},
		{"(direct)", "(not set)", "", channel.Direct},
		{"(direct)", "", "", channel.Direct},
		{"direct", "(none)", "", channel.Direct},
		{"(direct)", "email", "", channel.Email},
		{"google", "cpc", "spring_cross-network_de", channel.CrossNetwork},
		{"(direct)", "(none)", "cross-network", channel.Direct},
		{"amazon", "cpc", "", channel.PaidShopping},
		{"google", "cpc", "shopping-all", channel.PaidShopping},
		{"example.org", "paid", "e-shop", channel.PaidShopping},
		{"example.org", "paid", "eshop", channel.PaidShopping},
		{"example.org", "paid", "workshop", channel.PaidOther},
		{"google", "cpc", "", channel.PaidSearch},
		{"google.co.uk", "cpc", "", channel.PaidSearch},
		{"bing", "ppc", "", channel.PaidSearch},
		{"duckduckgo.com", "paidsearch", "", channel.PaidSearch},
		{"baidu", "retargeting", "", channel.PaidSearch},
		{"google", "cpm", "", channel.PaidSearch},
		{"facebook", "paid", "", channel.PaidSocial},
		{"ig", "paid_social", "", channel.PaidSocial},
		{"linkedin.com", "cpc", "", channel.PaidSocial},
		{"l.instagram.com", "cpv-cpc", "", channel.PaidSocial},
		{"youtube", "cpc", "", channel.PaidVideo},
		{"vimeo.com", "paidvideo", "", channel.PaidVideo},
		{"example.org", "display", "", channel.Display},
		{"example.org", "banner", "", channel.Display},
		{"example.org", "expandable", "", channel.Display},
		{"example.org", "interstitial", "", channel.Display},
		{"example.org", "cpm", "", channel.Display},
		{"google", "display", "", channel.Display},
		{"example.org", "cpc", "", channel.PaidOther},
		{"example.org", "cpa-cpc", "", channel.PaidOther},
		{"example.org", "retargeting", "", channel.PaidOther},
		{"example.org", "retargeting-list", "", channel.Unassigned},
		{"etsy.com", "referral", "", channel.OrganicShopping},
		{"example.org", "blog", "summer-shop", channel.OrganicShopping},
		{"example.org", "blog", "barbershop", channel.Unassigned},
		{"facebook.com", "referral", "", channel.OrganicSocial},
		{"t.co", "referral", "", channel.OrganicSocial},
		{"example.org", "social", "", channel.OrganicSocial},
		{"example.org", "social-network", "", channel.OrganicSocial},
		{"example.org", "social-media", "", channel.OrganicSocial},
		{"example.org", "sm", "", channel.OrganicSocial},
		{"example.org", "social network", "", channel.OrganicSocial},
		{"example.org", "social media", "", channel.OrganicSocial},
		{"youtube.com", "referral", "", channel.OrganicVideo},
		{"example.org", "in-video-link", "", channel.OrganicVideo},
		{"google", "organic", "", channel.OrganicSearch},
		{"example.org", "organic", "", channel.OrganicSearch},
		{"bing", "", "", channel.OrganicSearch},
		{"chatgpt.com", "ai-assistant", "(ai-assistant)", channel.AIAssistant},
		{"example.org", "ai-assistant", "", channel.AIAssistant},
		{"chatgpt.com", "", "", channel.AIAssistant},
		{"gemini.google.com", "referral", "", channel.AIAssistant},
		{"perplexity.ai", "referral", "", channel.AIAssistant},
		{"chatgpt.com", "cpc", "", channel.PaidOther},
		{"example.org", "referral", "", channel.Referral},
		{"example.org", "app", "", channel.Referral},
		{"example.org", "link", "", channel.Referral},
		{"mail.google.com", "referral", "", channel.Referral},
		{"newsletter", "email", "", channel.Email},
		{"email", "june", "", channel.Email},
		{"newsletter", "e-mail", "", channel.Email},
		{"newsletter", "e_mail", "", channel.Email},
		{"e mail", "", "", channel.Email},
		{"partner", "affiliate", "", channel.Affiliates},
		{"partner", "affiliates", "", channel.Unassigned},
		{"spotify", "audio", "", channel.Audio},
		{"sms", "", "", channel.SMS},
		{"twilio", "sms", "", channel.SMS},
		{"app", "webpush", "", channel.MobilePushNotifications},
		{"app", "mobile", "", channel.MobilePushNotifications},
		{"app", "in-app notification", "", channel.MobilePushNotifications},
		{"newsletter", "", "", channel.Unassigned},
		{"", "flyer", "", channel.Unassigned},
		{"(not set)", "(not set)", "", channel.Unassigned},
		{"", "", "spring", channel.Unassigned},
	} {
		got := channel.Of(channel.Facts{Kind: "page_view", Source: c.source, Medium: c.medium, Campaign: c.campaign})
		if got != c.want {
			t.Errorf("source %q, medium %q, campaign %q: %s, want %s", c.source, c.medium, c.campaign, got, c.want)
		}
	}
}

func TestOurOwnChannelsComeFromKindsAndPlainWords(t *testing.T) {
	for _, c := range []struct{ kind, source, medium, want string }{
		{"recommendation", "", "", channel.WordOfMouth},
		{"recommendation", "Anna Weber", "referral", channel.WordOfMouth},
		{"press_mention", "example.org", "referral", channel.Press},
		{"event", "", "", channel.Event},
		{"visit", "", "", channel.Field},
		{"call", "", "", channel.Phone},
		{"call", "Bakers' list", "", channel.Phone},
		{"meeting", "", "", channel.Meeting},
		{"email_clicked", "google", "cpc", channel.Email},
		{"call", "google", "cpc", channel.PaidSearch},
		{"call", "(direct)", "(none)", channel.Phone},
		{"call", "", "outbound", channel.Phone},
		{"ad_click", "", "", channel.PaidOther},
		{"ad_click", "Google", "", channel.PaidSearch},
		{"ad_click", "facebook", "", channel.PaidSocial},
		{"ad_click", "example.org", "banner", channel.Display},
		{"page_view", "word of mouth", "", channel.WordOfMouth},
		{"page_view", "Word-of-Mouth", "referral", channel.WordOfMouth},
		{"form_submitted", "", "Trade Fair", channel.Event},
		{"form_submitted", "", "press_release", channel.Press},
		{"acquired", "telephone", "", channel.Phone},
		{"acquired", "", "door-to-door", channel.Field},
		{"page_view", "example.org", "referral", channel.Referral},
		{"page_view", "facebook", "event", channel.OrganicSocial},
		{"webinar", "", "", channel.Event},
		{"trade show", "", "", channel.Event},
	} {
		got := channel.Of(channel.Facts{Kind: c.kind, Source: c.source, Medium: c.medium})
		if got != c.want {
			t.Errorf("a %s with source %q, medium %q: %s, want %s", c.kind, c.source, c.medium, got, c.want)
		}
	}
}

func TestPageAndReferrerTellWhereNothingWasSaid(t *testing.T) {
	const page = "https://www.example.com/offer"
	for _, c := range []struct{ page, referrer, want string }{
		{page, "", channel.Direct},
		{page, "https://shop.example.com/cart", channel.Direct},
		{page, "-", channel.Direct},
		{page, "https://www.google.de/", channel.OrganicSearch},
		{page, "https://www.google.co.uk/search?q=bread", channel.OrganicSearch},
		{page, "https://search.yahoo.co.jp/x", channel.OrganicSearch},
		{page, "google.com", channel.OrganicSearch},
		{page, "android-app://com.google.android.googlequicksearchbox/", channel.OrganicSearch},
		{page, "https://m.facebook.com/", channel.OrganicSocial},
		{page, "https://out.reddit.com/t3_1", channel.OrganicSocial},
		{page, "https://news.ycombinator.com/item?id=1", channel.OrganicSocial},
		{page, "https://www.youtube.com/watch?v=1", channel.OrganicVideo},
		{page, "https://www.amazon.de/dp/1", channel.OrganicShopping},
		{page, "https://chatgpt.com/", channel.AIAssistant},
		{page, "https://copilot.microsoft.com/", channel.AIAssistant},
		{page, "https://mail.google.com/mail/u/0/", channel.Referral},
		{page, "https://blog.example.org/best-bakers", channel.Referral},
		{page, "https://notgoogle.example.org/", channel.Referral},
		{page, "https://google.example.org/", channel.Referral},
		{page, "https://example.co.uk/", channel.Referral},
		{page + "?gclid=abc", "https://www.google.de/", channel.PaidSearch},
		{page + "?gbraid=abc", "", channel.PaidSearch},
		{page + "?msclkid=abc", "https://www.bing.com/", channel.PaidSearch},
		{page + "?fbclid=abc", "", channel.OrganicSocial},
		{page + "?fbclid=abc&gclid=def", "", channel.PaidSearch},
		{page + "?ttclid=abc", "", channel.PaidSocial},
		{page + "?dclid=abc", "", channel.Display},
		{page + "?gclid=", "", channel.Direct},
		{page + "?utm_source=newsletter&utm_medium=email&gclid=abc", "https://www.google.de/", channel.Email},
		{page + "?utm_source=fb&utm_medium=paid&fbclid=abc", "", channel.PaidSocial},
		{page + "?gclid=abc&utm_campaign=Shopping%20DE", "", channel.PaidShopping},
		{"/offer?utm_medium=word%20of%20mouth", "", channel.WordOfMouth},
		{"/offer", "", ""},
		{"", "https://www.bing.com/", channel.OrganicSearch},
		{"8e2f90aa77", "", ""},
		{"", "", ""},
	} {
		got := channel.Of(channel.Facts{Kind: "page_view", Page: c.page, Referrer: c.referrer})
		if got != c.want {
			t.Errorf("page %q after %q: %q, want %q", c.page, c.referrer, got, c.want)
		}
	}
}

func TestWhatWasSaidBeatsPageAndReferrer(t *testing.T) {
	got := channel.Of(channel.Facts{Source: "partner", Medium: "affiliate", Page: "https://a.example/?gclid=1", Referrer: "https://bing.com/"})
	if got != channel.Affiliates {
		t.Errorf("%s, want %s", got, channel.Affiliates)
	}
	got = channel.Of(channel.Facts{Campaign: "cross-network", Referrer: "https://google.com/"})
	if got != channel.CrossNetwork {
		t.Errorf("a campaign beside a referrer: %s, want %s", got, channel.CrossNetwork)
	}
}

func TestDirectIsKnownHoweverItIsWritten(t *testing.T) {
	for _, name := range []string{channel.Direct, "direct", " (direct)", "Direct traffic", "direct_traffic", "(direct) / (none)"} {
		if !channel.IsDirect(name) {
			t.Errorf("%q is direct", name)
		}
	}
	for _, name := range []string{"", "Direct mail", channel.Referral, channel.Unassigned, "unknown"} {
		if channel.IsDirect(name) {
			t.Errorf("%q is not direct", name)
		}
	}
}

func FuzzEveryTouchHasAKnownChannelWhateverItsCaseAndSpace(f *testing.F) {
	f.Add("page_view", "google", "cpc", "x", "https://a.example/?gclid=1&utm_source=%zz", "https://www.bing.com:443/")
	f.Add("call", "", "e-mail", "workshop shop", "?utm_medium=%20Sms%20", "android-app://com.facebook.katana/")
	f.Add("ad_click", "a.b.c", "(none)", "", "http://[::1]/", "://@:")
	f.Add("trade_fair", "www.", ".", "cross-network", "https://", "https://co.uk")
	f.Fuzz(func(t *testing.T, kind, source, medium, campaign, page, referrer string) {
		facts := channel.Facts{Kind: kind, Source: source, Medium: medium, Campaign: campaign, Page: page, Referrer: referrer}
		got := channel.Of(facts)
		if got != "" && !slices.Contains(channel.All(), got) {
			t.Fatalf("%+v: %q is no channel", facts, got)
		}
		loud := channel.Facts{
			Kind: shout(kind), Source: shout(source), Medium: shout(medium), Campaign: shout(campaign), Page: shout(page), Referrer: shout(referrer),
		}
		if again := channel.Of(loud); again != got {
			t.Fatalf("%+v: %q, but %q in capitals and with space around", facts, got, again)
		}
	})
}

// shout puts space around s and changes the case of its ASCII letters, outside of escapes.
func shout(s string) string {
	escape := 0
	return " \t" + strings.Map(func(r rune) rune {
		switch {
		case r == '%':
			escape = 2
		case escape > 0:
			escape--
		case r < 0x80:
			return unicode.ToUpper(r)
		}
		return r
	}, s) + "\n "
}

func BenchmarkOf(b *testing.B) {
	facts := channel.Facts{Kind: "page_view", Page: "https://www.example.com/offer?a=1", Referrer: "https://www.google.de/"}
	for b.Loop() {
		channel.Of(facts)
	}
}
