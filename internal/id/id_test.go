package id

import (
	"math"
	"sync"
	"testing"
)

func TestIdsAreUniqueAndSortedAcrossGoroutines(t *testing.T) {
	const workers, each = 8, 50_000
	var wg sync.WaitGroup
	made := make([][]ID, workers)
	for w := range workers {
		wg.Go(func() {
			for range each {
				made[w] = append(made[w], New())
			}
		})
	}
	wg.Wait()

	seen := make(map[ID]bool, workers*each)
	for _, ids := range made {
		for n, i := range ids {
			if i <= 0 || seen[i] {
				t.Fatalf("id %d is not positive or came twice", i)
			}
			if n > 0 && i <= ids[n-1] {
				t.Fatalf("id %d does not sort after %d", i, ids[n-1])
			}
			seen[i] = true
		}
	}
}

func TestTextKeepsValueAndOrder(t *testing.T) {
	for _, i := range []ID{0, 1, 31, 32, New(), math.MaxInt64} {
		back, err := Parse(i.String())
		if err != nil || back != i {
			t.Errorf("Parse(%q) = %d, %v; want %d", i, back, err, i)
		}
	}
	if a, b := New(), New(); a.String() >= b.String() {
		t.Errorf("%s does not sort before %s", a, b)
	}
}

func TestParseRefusesWhatIsNoId(t *testing.T) {
	for _, s := range []string{"", "0", "00000000000000", "000000000000U", "ZZZZZZZZZZZZZ", "0000000 00000"} {
		if i, err := Parse(s); err == nil {
			t.Errorf("Parse(%q) = %d, want an error", s, i)
		}
	}
	if i, err := Parse("ooooooooooool"); err != nil || i != 1 {
		t.Errorf("look-alikes: got %d, %v", i, err)
	}
}
