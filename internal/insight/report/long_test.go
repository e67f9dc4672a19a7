package report_test

import (
	"fmt"
	"slices"
	"testing"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/journey"
)

// A report over a journey of many thousand touches must see a correction of one of the first, and what came since.
func TestAReportSeesWhatIsNewAndWhatWasCorrectedHoweverLongTheJourney(t *testing.T) {
	each(t, func(s *shop) {
		ann, crowd := s.person("ann"), s.person("crowd")
		first := s.comes("ann", "2026-01-01", "Email")
		touches := make([]journey.Touch, 9000)
		for i := range touches {
			touches[i] = journey.Touch{ContactID: crowd, At: at("2026-01-02") + clock.Micros(i), Kind: journey.PageView, Channel: fmt.Sprint("Channel ", i%3)}
		}
		touches[8999].ContactID = ann
		s.write(func(tx *db.Tx) error {
			for some := range slices.Chunk(touches, 1000) {
				if err := s.journey.Record(s.Context(), tx, some); err != nil {
					return err
				}
			}
			return nil
		})
		s.wins("ann", "2026-01-01", "2026-01-05", "80.00")
		s.wantCredit(won, "Channel 2 0.5 40.00", "Email 0.5 40.00")
		s.retract(first)
		s.wantCredit(won, "Channel 2 1 80.00")
		s.comes("ann", "2026-01-04", "Event")
		s.wantCredit(won, "Channel 2 0.5 40.00", "Event 0.5 40.00")
		s.restore(first)
		s.move("ben", touches[8999].ID)
		s.wantCredit(won, "Email 0.5 40.00", "Event 0.5 40.00")
		s.wins("crowd", "2026-01-01", "2026-01-05", "8999.00")
		s.wantCredit(won, "Channel 0 0.3334 3000.00", "Channel 1 0.3334 3000.00", "Channel 2 0.3333 2999.00", "Email 0.5 40.00", "Event 0.5 40.00")
	})
}
