package channel

import (
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"

	"tandem/internal/text"
)

// arrival reads an origin from where a person landed and where they were before: UTM parameters of the page, else the mark that an
// advertising platform put on it, else the site they came from. An address without any of these, or after a page of the same site, is
// direct. A page that is no web address says nothing.
func arrival(page, referrer string) origin {
	page = text.Key(page)
	if o := tagged(page); o != (origin{}) {
		return o
	}
	from := hostOf(text.Key(referrer))
	switch {
	case from != "" && !sameSite(from, hostOf(page)):
		return origin{source: from, medium: "referral"}
	case from != "" || isAddress(page):
		return origin{source: "(direct)", medium: "(none)"}
	}
	return origin{}
}

// marks are the parameters that platforms add to the addresses in their advertisements, and what they stand for. Facebook's and Instagram's
// stand on every link that leaves them, paid for or not, so they prove no more than where the person was.
var marks = map[string]origin{
	"gclid":      {source: "google", medium: "cpc"},
	"gbraid":     {source: "google", medium: "cpc"},
	"wbraid":     {source: "google", medium: "cpc"},
	"gad_source": {source: "google", medium: "cpc"},
	"dclid":      {source: "dv360", medium: "display"},
	"msclkid":    {source: "bing", medium: "cpc"},
	"yclid":      {source: "yandex", medium: "cpc"},
	"ttclid":     {source: "tiktok", medium: "paid"},
	"twclid":     {source: "twitter", medium: "paid"},
	"li_fat_id":  {source: "linkedin", medium: "paid"},
	"rdt_cid":    {source: "reddit", medium: "paid"},
	"sccid":      {source: "snapchat", medium: "paid"},
	"epik":       {source: "pinterest", medium: "paid"},
	"qclid":      {source: "quora", medium: "paid"},
	"fbclid":     {source: "facebook", medium: "social"},
	"igshid":     {source: "instagram", medium: "social"},
	"igsh":       {source: "instagram", medium: "social"},
}

// tagged reads the query of a page's address. Among several marks a paid one wins.
func tagged(page string) origin {
	_, query, found := strings.Cut(page, "?")
	if !found {
		return origin{}
	}
	query, _, _ = strings.Cut(query, "#")
	var utm, mark origin
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if m, ok := marks[name]; ok && value != "" && !isPaid(mark.medium) {
			mark = m
			continue
		}
		utm.take(name, value)
	}
	if utm.source != "" || utm.medium != "" {
		return utm
	}
	if mark == (origin{}) {
		return origin{}
	}
	mark.campaign = utm.campaign
	return mark
}

func (o *origin) take(name, value string) {
	if plain, err := url.QueryUnescape(value); err == nil {
		value = text.Key(plain)
	}
	switch name {
	case "utm_source":
		o.source = value
	case "utm_medium":
		o.medium = value
	case "utm_campaign":
		o.campaign = value
	}
}

func isAddress(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// hostOf is the host of an address that may lack its scheme, or the text itself where it is none: "google". A path of the own site, or a mark
// for nothing, has no host.
func hostOf(s string) string {
	if _, rest, found := strings.Cut(s, "://"); found {
		s = rest
	}
	if at := strings.IndexAny(s, "/?#"); at >= 0 {
		s = s[:at]
	}
	s = s[strings.LastIndexByte(s, '@')+1:]
	if at := strings.LastIndexByte(s, ':'); at >= 0 {
		s = s[:at]
	}
	s = strings.TrimPrefix(strings.Trim(s, " ."), "www.")
	switch s {
	case "-", "(direct)", "direct", "(none)", "none", "(not set)", "n/a", "null":
		return ""
	}
	return s
}

// sameSite reports whether two hosts belong to one site: shop.example.co.uk and example.co.uk do.
func sameSite(a, b string) bool {
	if a == b {
		return true
	}
	siteA, errA := publicsuffix.EffectiveTLDPlusOne(a)
	siteB, errB := publicsuffix.EffectiveTLDPlusOne(b)
	return errA == nil && errB == nil && siteA == siteB
}
