package payment_test

import (
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/sales/payment"
	"tandem/internal/team"
)

func TestARefundTakesTheRightToRefund(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		at := clock.Of(time.Date(2026, 5, 3, 9, 0, 0, 0, time.UTC))
		take := func(role team.Role, row payment.Row) error {
			return d.db.Write(t.Context(), workspace, func(tx *db.Tx) error {
				_, err := d.Take(t.Context(), tx, team.Actor{User: 5, Role: role}, at, row)
				return err
			})
		}
		paid := payment.Row{Key: "a", At: at, Amount: 500, Currency: "EUR"}
		back := payment.Row{Key: "b", At: at, Amount: 200, Currency: "EUR", Kind: payment.Refunded}
		if err := take(team.Viewer, paid); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a viewer: %v", err)
		}
		if err := take(team.Sales, paid); err != nil {
			t.Error(err)
		}
		if err := take(team.Sales, back); !fault.Is(err, fault.Forbidden) {
			t.Errorf("sales gave money back: %v", err)
		}
		if err := take(team.Manager, back); err != nil {
			t.Error(err)
		}
		back.Kind = payment.Paid
		if err := take(team.Sales, back); !fault.Is(err, fault.Forbidden) {
			t.Errorf("sales made a payment of a refund: %v", err)
		}
	})
}
