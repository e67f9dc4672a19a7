package attribution

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tandem/internal/clock"
	"tandem/internal/fault"
)

func TestEachModelSharesASaleAsItsDefinitionSays(t *testing.T) {
	direct := func(j Journey, places ...int) Journey {
		for _, at := range places {
			j.Steps[at].Direct = true
		}
		return j
	}
	milestones := func(j Journey, lead, opened clock.Micros) Journey {
		j.Lead, j.Opened = lead, opened
		return j
	}
	after := func(days, hours clock.Micros) clock.Micros { return noon + days*day + hours*hour }
	weekly := func(letters string, value int64) Journey {
		j := sale(letters, value)
		for i := range j.Steps {
			j.Steps[i].At = noon + clock.Micros(7*i)*day
		}
		return j
	}
	for _, c := range []struct {
		name    string
		model   Model
		journey Journey
		want    []int64 // by key, of a value of 100.00
	}{
		{"first", First, sale("ABCB", 10000), []int64{10000, 0, 0}},
		{"last", Last, sale("ABC", 10000), []int64{0, 0, 10000}},
		{"last non-direct passes over direct", LastNonDirect, direct(sale("ABCC", 10000), 2, 3), []int64{0, 10000, 0}},
		{"last non-direct falls back to direct", LastNonDirect, direct(sale("AB", 10000), 0, 1), []int64{0, 10000}},
		{"linear", Linear, sale("ABCA", 10000), []int64{5000, 2500, 2500}},
		{"linear, not divisible", Linear, sale("ABC", 10000), []int64{3334, 3333, 3333}},
		{"linear, one cent", Linear, sale("ABC", 1), []int64{1, 0, 0}},
		{"linear, a refund beyond payment", Linear, sale("ABC", -100), []int64{-33, -33, -34}},
		{"u, one touch", UShaped, sale("B", 10000), []int64{0, 10000}},
		{"u, two touches", UShaped, sale("AB", 10000), []int64{5000, 5000}},
		{"u, three touches", UShaped, sale("ABC", 10000), []int64{4000, 2000, 4000}},
		{"u, six touches", UShaped, sale("ABCDEF", 10000), []int64{4000, 500, 500, 500, 500, 4000}},
		{"w, all apart", WShaped, milestones(sale("ABCDE", 10000), after(1, 1), after(3, 5)), []int64{3000, 3000, 500, 3000, 500}},
		{"w, at the very instant", WShaped, milestones(sale("ABCDE", 10000), after(1, 0), after(3, 0)), []int64{3000, 3000, 500, 3000, 500}},
		{"w, lead by the first touch", WShaped, milestones(sale("ABCD", 10000), after(0, 1), after(2, 1)), []int64{6000, 500, 3000, 500}},
		{"w, lead and deal by one touch", WShaped, milestones(sale("ABC", 10000), after(1, 1), after(1, 2)), []int64{3000, 6000, 1000}},
		{"w, no rest", WShaped, milestones(sale("ABC", 9000), after(1, 1), after(2, 2)), []int64{3000, 3000, 3000}},
		{"w, no rest, coinciding", WShaped, milestones(sale("AB", 9000), after(1, 1), after(1, 2)), []int64{3000, 6000}},
		{"w, one touch", WShaped, milestones(sale("A", 10000), after(0, 1), after(0, 2)), []int64{10000}},
		{"w, deal unknown", WShaped, milestones(sale("ABCD", 10000), after(2, 1), 0), []int64{4500, 500, 4500, 500}},
		{"w, no milestone known", WShaped, sale("ABC", 10000), []int64{9000, 500, 500}},
		{"w, no milestone known, no rest", WShaped, sale("A", 10000), []int64{10000}},
		{"w, lead long before the first touch", WShaped, milestones(sale("ABCD", 10000), after(-9, 0), after(2, 1)), []int64{4500, 500, 4500, 500}},
		{"time decay, a week apart", TimeDecay, weekly("ABC", 7000), []int64{1000, 2000, 4000}},
		{"time decay, a key twice", TimeDecay, weekly("ABA", 7000), []int64{5000, 2000}},
		{"time decay, decades apart", TimeDecay, weekly(strings.Repeat("A", 3000)+"B", 8000), []int64{4000, 4000}},
		{"shapley, distinct keys share alike", Shapley, sale("ABACA", 9000), []int64{3000, 3000, 3000}},
		{"shapley, one key repeated", Shapley, sale("BBB", 100), []int64{0, 100}},
		{"markov, one sale", Markov, sale("AB", 10000), []int64{5000, 5000}},
		{"markov, one key repeated", Markov, sale("BBB", 101), []int64{0, 101}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := attribute(t, []Journey{c.journey}, len(c.want), Options{Model: c.model})
			var got []int64
			var conversions float64
			for _, credit := range r.Credits {
				got = append(got, credit.Value)
				conversions += credit.Conversions
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %d, want %d", got, c.want)
			}
			if !same(conversions, 1, 1e-12) || r.Unmatched != (Credit{}) {
				t.Errorf("%g conversions and %v unmatched, want 1 and none", conversions, r.Unmatched)
			}
		})
	}
}

func TestTimeDecayHalvesEverySevenDaysBeforeTheCommitment(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 200 {
		j := random(r, 1, 5, 8, 0, 0)[0]
		if len(j.Steps) == 0 {
			continue
		}
		j.Converted = true
		commitment := j.Steps[len(j.Steps)-1].At + clock.Micros(r.Int64N(int64(90*day)))
		want, sum := make([]float64, 5), 0.0
		for _, s := range j.Steps {
			w := math.Pow(0.5, float64(commitment-s.At)/float64(7*day))
			want[s.Key] += w
			sum += w
		}
		for key, credit := range attribute(t, []Journey{j}, 5, Options{Model: TimeDecay}).Credits {
			if !same(credit.Conversions, want[key]/sum, 1e-9) {
				t.Fatalf("key %d earns %g, want %g of %v", key, credit.Conversions, want[key]/sum, j)
			}
		}
	}
}

func TestNoModelChangesTheGrandTotal(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 150 {
		low := -r.Int64N(2) * 50_000
		journeys := random(r, 1+r.IntN(60), 7, 1+r.IntN(30), low, 99_999)
		for _, model := range Models() {
			for order := 1; order <= 3; order++ {
				checkTotal(t, journeys, attribute(t, journeys, 7, Options{Model: model, Order: order}), model, low >= 0)
			}
		}
	}
}

func checkTotal(t *testing.T, journeys []Journey, r Result, model Model, nothingNegative bool) {
	t.Helper()
	var want, wantUnmatched Credit
	for _, j := range journeys {
		if j.Converted {
			want.Conversions++
			want.Value += j.Value
			if len(j.Steps) == 0 {
				wantUnmatched.Conversions++
				wantUnmatched.Value += j.Value
			}
		}
	}
	got := r.Unmatched
	for _, c := range r.Credits {
		got.Conversions += c.Conversions
		got.Value += c.Value
		if nothingNegative && c.Value < 0 || c.Conversions < 0 {
			t.Errorf("%s: negative credit %v", model, c)
		}
	}
	if r.Unmatched != wantUnmatched {
		t.Errorf("%s: unmatched %v, want %v", model, r.Unmatched, wantUnmatched)
	}
	if got.Value != want.Value || !same(got.Conversions, want.Conversions, 1e-9) {
		t.Errorf("%s: total %v, want %v", model, got, want)
	}
}

func TestSumsBeyondWhatAFloatCountsStayExact(t *testing.T) {
	journeys := []Journey{sale("ABC", math.MaxInt64/2), sale("CA", -math.MaxInt64/3), sale("AB", 1)}
	for _, model := range Models() {
		checkTotal(t, journeys, attribute(t, journeys, 3, Options{Model: model}), model, false)
	}
}

func TestNothingIsSharedWhereNothingWasSold(t *testing.T) {
	for _, journeys := range [][]Journey{nil, {path("AB"), path("B")}, {sale("", 500), path("A")}} {
		for _, model := range Models() {
			r := attribute(t, journeys, 2, Options{Model: model, Interval: 80})
			if r.Credits[0] != (Credit{}) || r.Credits[1] != (Credit{}) {
				t.Errorf("%s: %v", model, r)
			}
		}
	}
}

func TestSalesAreSplitAsMoneyIs(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, model := range []Model{Linear, UShaped, WShaped, TimeDecay} {
		s := newSharer(model, 4)
		journeys := random(r, 500, 4, 15, -10_000, 10_000)
		journeys = append(journeys, random(r, 500, 4, 15, math.MaxInt64/4, math.MaxInt64/2)...)
		for _, j := range journeys {
			if len(j.Steps) == 0 {
				continue
			}
			s.share(&j)
			if want := s.sorted(j.Value); !slices.Equal(s.parts, want) {
				t.Fatalf("%s: %d in shares %v: %d, want %d", model, j.Value, s.weights, s.parts, want)
			}
		}
	}
}

func TestModelsAreReadByName(t *testing.T) {
	for _, m := range Models() {
		if got, err := ParseModel(" " + strings.ToUpper(string(m))); err != nil || got != m {
			t.Errorf("%q: %q, %v", m, got, err)
		}
	}
	_, err := ParseModel("middle")
	if !fault.Is(err, fault.Usage) {
		t.Fatalf("an unknown model is %v, want a usage fault", err)
	}
	for _, m := range Models() {
		if !strings.Contains(err.Error(), string(m)) {
			t.Errorf("%q does not name %s", err, m)
		}
	}
}

func TestOptionsThatMeanNothingAreRefused(t *testing.T) {
	for _, o := range []Options{
		{},
		{Model: "middle"},
		{Model: Markov, Order: 4},
		{Model: Markov, Order: -1},
		{Model: Linear, Interval: 100},
		{Model: Linear, Interval: -1},
		{Model: Linear, Interval: math.NaN()},
	} {
		if _, err := Attribute(nil, 0, o); !fault.Is(err, fault.Usage) {
			t.Errorf("%+v: %v, want a usage fault", o, err)
		}
	}
}
