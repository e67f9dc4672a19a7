package today

import (
	"math"

	"tandem/internal/money"
	"tandem/internal/web/ui"
)

// unit is so many whole units of the workspace's currency.
func unit(r *ui.Request, n float64) money.Amount {
	c := r.Workspace.Currency
	return money.Amount{Minor: int64(math.Round(n * math.Pow10(c.Decimals()))), Currency: c}
}
