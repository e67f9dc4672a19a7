package channel

import "tandem/internal/text"

// Facts are what is known of how a touch came about; each may be "". Source, Medium and Campaign are as in UTM. Page is where the person landed
// and Referrer the page before it: addresses, or any text.
type Facts struct {
	Kind     string // of the touch, such as "page_view"
	Source   string
	Medium   string
	Campaign string
	Page     string
	Referrer string
}

// Of is the channel of a touch, "" where the facts say nothing.
//
// Mail, a recommendation and a press mention are channels by their kind. A call, a meeting, a visit and an event are so too, unless a
// medium says what brought them about: a call to the number shown in an advertisement is Paid Search. Everything else goes by source, medium and
// campaign; where none was given by the page's own tags, then by the referrer.
func Of(f Facts) string {
	kind := text.Key(f.Kind)
	if c, ok := byKind[kind]; ok {
		return c
	}
	o := f.origin()
	if kind == "ad_click" && f.Medium == "" {
		o = o.paid()
	}
	own := ours[words(kind)]
	if o == (origin{}) {
		return own
	}
	if c := place(o); own == "" || o.medium != "" && c != Unassigned && c != Direct {
		return c
	}
	return own
}

// byKind are the kinds that leave no question.
var byKind = map[string]string{
	"email_sent":     Email,
	"email_opened":   Email,
	"email_clicked":  Email,
	"email_replied":  Email,
	"recommendation": WordOfMouth,
	"press_mention":  Press,
}

// origin is where a touch came from, each part as its key.
type origin struct{ source, medium, campaign string }

func (f Facts) origin() origin {
	o := origin{text.Key(f.Source), text.Key(f.Medium), text.Key(f.Campaign)}
	if o.source != "" || o.medium != "" {
		return o
	}
	came := arrival(f.Page, f.Referrer)
	if o.campaign != "" {
		came.campaign = o.campaign
	}
	return came
}

// paid is the origin of a click on an advertisement: whatever led to the page, it was paid for.
func (o origin) paid() origin {
	if !isPaid(o.medium) && !isDisplay(o.medium) {
		o.medium = "cpc"
	}
	return o
}
