package api

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"tandem/internal/id"
)

// perMinute is how many requests a token has a minute, if nobody says otherwise. What comes in hundreds goes in batches, so it is plenty.
const perMinute = 1200

// allowance counts the requests of each token within the minute, on this node.
type allowance struct {
	mu     sync.Mutex
	minute int64
	asked  map[id.ID]int
}

// ask counts a request and returns how many of the minute's there are by now.
func (a *allowance) ask(token id.ID, minute int64) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.asked == nil || a.minute != minute {
		a.minute, a.asked = minute, map[id.ID]int{}
	}
	a.asked[token]++
	return a.asked[token]
}

// paced says what is left of a token's minute (draft-ietf-httpapi-ratelimit-headers), and refuses what is beyond it.
func (d *door) paced(ctx huma.Context, next func(huma.Context)) {
	now, most := d.Clock.Now().Unix(), cmp.Or(d.PerMinute, perMinute)
	asked, wait := d.asked.ask(who(ctx.Context()).Actor.Token, now/60), 60-now%60
	ctx.SetHeader("RateLimit-Policy", fmt.Sprintf(`"token";q=%d;w=60`, most))
	ctx.SetHeader("RateLimit", fmt.Sprintf(`"token";r=%d;t=%d`, max(most-asked, 0), wait))
	if asked > most {
		ctx.SetHeader("Retry-After", strconv.FormatInt(wait, 10))
		_ = huma.WriteErr(d, ctx, http.StatusTooManyRequests, fmt.Sprintf("a token has %d requests a minute; what comes in hundreds goes in batches", most))
		return
	}
	next(ctx)
}
