package channel_test

import (
	"testing"

	"tandem/internal/journey/channel"
)

func TestOnlyThoseWhoMeetOrSpeakWithPeopleAreSales(t *testing.T) {
	sales := map[string]bool{channel.Field: true, channel.Phone: true, channel.Meeting: true}
	for _, name := range channel.All() {
		if channel.IsSales(name) != sales[name] {
			t.Errorf("%s is in the wrong wing", name)
		}
	}
	for _, name := range []string{"field visits", " PHONE ", "Cold call"} {
		if !channel.IsSales(name) {
			t.Errorf("%q, as a file may write it, is sales", name)
		}
	}
	if channel.IsSales("") || channel.IsSales("Newsletter") {
		t.Error("what is not known to be sales is marketing's")
	}
}
