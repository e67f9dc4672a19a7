package report_test

import (
	"testing"

	"tandem/internal/insight/report"
	"tandem/internal/journey"
	"tandem/internal/people/contact"
)

func TestATouchAfterTheOrderEarnsNothingOfItsPayment(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "Email")
		s.does("ann", "2026-01-05", journey.Order)
		s.comes("ann", "2026-01-06", "Paid Search")
		s.pays("ann", "2026-01-09", "50.00", "")
		s.wantCredit(paid, "Email 1 50.00")
	})
}

func TestATouchBetweenOrderAndInvoiceEarnsNothing(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-02", "Email")
		s.does("ann", "2026-01-05", journey.Order)
		s.comes("ann", "2026-01-06", "Paid Search")
		s.does("ann", "2026-01-07", journey.Invoice)
		s.comes("ann", "2026-01-08", "Affiliates")
		s.deal("ann", row("boots", "2026-01-01", "2026-01-10", "80.00"))
		s.pays("ann", "2026-01-12", "80.00", "boots")
		s.wantCredit(won, "Email 1 80.00")
		s.wantCredit(paid, "Email 1 80.00")
	})
}

func TestAnAcceptedQuoteCommitsAsAnOrderDoes(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-02", "Email")
		s.does("ann", "2026-01-03", journey.QuoteSent)
		s.comes("ann", "2026-01-04", "Paid Search")
		s.does("ann", "2026-01-05", journey.QuoteAccepted)
		s.comes("ann", "2026-01-06", "Affiliates")
		s.wins("ann", "2026-01-01", "2026-01-10", "80.00")
		s.wantCredit(won, "Email 0.5 40.00", "Paid Search 0.5 40.00")
	})
}

func TestTheOrderOfADealThatNobodyMarkedAsWonCommitsWhatIsPaidForIt(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-02", "Email")
		s.does("ann", "2026-01-05", journey.Order)
		s.comes("ann", "2026-01-06", "Paid Search")
		r := row("boots", "2026-01-01", "", "80.00")
		r.Status = "open"
		s.deal("ann", r)
		s.pays("ann", "2026-01-12", "80.00", "boots")
		s.wantCredit(won)
		s.wantCredit(paid, "Email 1 80.00")
	})
}

func TestATouchAtTheVeryInstantOfTheCommitmentCountsAsBeforeIt(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-05", "Email")
		s.comes("ann", "2026-01-05 00:01", "Paid Search")
		s.wins("ann", "2026-01-01", "2026-01-05", "80.00")
		s.wantCredit(won, "Email 1 80.00")
	})
}

func TestANewsletterToAnOldCustomerEarnsNothing(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "Organic Search")
		s.wins("ann", "2026-01-02", "2026-01-03", "10.00")
		s.record("ann", journey.Touch{At: at("2026-02-01"), Kind: journey.EmailSent, Channel: "Email"})
		s.wins("ann", "2026-02-02", "2026-02-03", "30.00")
		s.wantCredit(won, "Organic Search 2 40.00")
	})
}

func TestWhatTheBusinessSendsOrWritesDownIsNoFirstTouch(t *testing.T) {
	each(t, func(s *shop) {
		for i, kind := range []string{
			journey.EmailSent, journey.Note, journey.QuoteSent, journey.QuoteAccepted, journey.Order, journey.Invoice, journey.Payment, journey.Refund,
			journey.DealOpened, journey.Created, journey.Edited,
		} {
			who := "ann " + kind
			s.record(who, journey.Touch{At: at("2026-01-01"), Kind: kind, Channel: "Email"})
			if i%2 == 0 {
				s.comes(who, "2026-02-01", "Event")
			}
		}
		s.wantFunnel(report.FunnelQuery{By: "channel"},
			"Event: 6 contacts, 0 deals = 0+0+0, 0.00 0.00", ": 5 contacts, 0 deals = 0+0+0, 0.00 0.00", "total: 11 contacts, 0 deals = 0+0+0, 0.00 0.00")
	})
}

func TestAnEmailThatAMachineOpenedEarnsNothing(t *testing.T) {
	each(t, func(s *shop) {
		s.record("ann", journey.Touch{At: at("2026-01-01"), Kind: journey.EmailOpened, Channel: "Email", Machine: true})
		s.record("ann", journey.Touch{At: at("2026-01-02"), Kind: journey.EmailOpened, Channel: "Opened by hand"})
		s.wins("ann", "2026-01-01", "2026-01-05", "80.00")
		s.wantCredit(model(won, "first"), "Opened by hand 1 80.00")
		s.wantFunnel(report.FunnelQuery{By: "channel"},
			"Opened by hand: 1 contacts, 1 deals = 0+1+0, 80.00 0.00", "total: 1 contacts, 1 deals = 0+1+0, 80.00 0.00")
	})
}

func TestACallOrARecommendationCountsExactlyAsMuchAsAClick(t *testing.T) {
	each(t, func(s *shop) {
		for i, kind := range []string{journey.AdClick, journey.Call, journey.Recommendation, journey.Visit, journey.Meeting, "unheard of"} {
			s.record("ann", journey.Touch{At: at("2026-01-01"), Kind: kind, Channel: string(rune('A' + i))})
		}
		s.wins("ann", "2026-01-01", "2026-01-05", "60.00")
		s.wantCredit(won, "A 0.1667 10.00", "B 0.1667 10.00", "C 0.1667 10.00", "D 0.1667 10.00", "E 0.1667 10.00", "F 0.1667 10.00")
	})
}

func TestACardDeclinedThenPaidIsOneConversion(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "Email")
		s.does("ann", "2026-01-05", "card_declined")
		s.pays("ann", "2026-01-05", "0", "")
		s.comes("ann", "2026-01-06", "Event")
		s.pays("ann", "2026-01-07", "80.00", "")
		s.wantCredit(paid, "Email 0.5 40.00", "Event 0.5 40.00")
	})
}

func TestASecondPurchaseWithoutANewTouchTakesTheJourneyBefore(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "Email")
		s.comes("ann", "2026-01-02", "Event")
		s.pays("ann", "2026-01-05", "10.00", "")
		s.pays("ann", "2026-02-05", "30.00", "")
		s.comes("ann", "2026-03-01", "Direct")
		s.pays("ann", "2026-03-05", "7.00", "")
		s.wantCredit(paid, "Email 1 20.00", "Event 1 20.00", "Direct 1 7.00")
	})
}

func TestATouchWithoutAChannelIsAFirstTouchAndEarnsNothing(t *testing.T) {
	each(t, func(s *shop) {
		s.record("ann", journey.Touch{At: at("2026-01-01"), Kind: journey.Event + "ful"})
		s.comes("ann", "2026-01-02", "Email")
		s.wins("ann", "2026-01-02", "2026-01-05", "80.00")
		s.wantCredit(model(won, "first"), "Email 1 80.00")
		s.wantFunnel(report.FunnelQuery{By: "channel"}, ": 1 contacts, 1 deals = 0+1+0, 80.00 0.00", "total: 1 contacts, 1 deals = 0+1+0, 80.00 0.00")
	})
}

func TestNothingKnownIsNotMergedWithAChannelCalledUnknown(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-02", "unknown")
		s.wins("ann", "2026-01-02", "2026-01-05", "80.00")
		s.wins("ben", "2026-01-02", "2026-01-05", "20.00")
		s.wins("", "2026-01-02", "2026-01-05", "3.00")
		s.wantCredit(won, "unknown 1 80.00", " 2 23.00")
		if u := s.credit(won).Unmatched; u.Conversions != 2 || u.Value.String() != "23.00" {
			t.Errorf("unmatched are %+v", u)
		}
		s.wantFunnel(report.FunnelQuery{By: "channel"},
			": 1 contacts, 2 deals = 0+2+0, 23.00 0.00", "unknown: 1 contacts, 1 deals = 0+1+0, 80.00 0.00", "total: 2 contacts, 3 deals = 0+3+0, 103.00 0.00")
	})
}

func TestARetractedTouchEarnsNothingUntilItComesBack(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "Email")
		event := s.comes("ann", "2026-01-02", "Event")
		s.wins("ann", "2026-01-02", "2026-01-05", "80.00")
		s.wantCredit(won, "Email 0.5 40.00", "Event 0.5 40.00")
		s.retract(event)
		s.wantCredit(won, "Email 1 80.00")
		s.restore(event)
		s.wantCredit(won, "Email 0.5 40.00", "Event 0.5 40.00")
	})
}

func TestAMovedTouchEarnsForTheOneItTurnsOutToBeOf(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "Email")
		visitor := s.comes("", "2026-01-02", "Event")
		s.wins("ann", "2026-01-02", "2026-01-05", "80.00")
		s.wantCredit(won, "Email 1 80.00")
		s.move("ann", visitor)
		s.wantCredit(won, "Email 0.5 40.00", "Event 0.5 40.00")
		s.move("ben", visitor)
		s.wantCredit(won, "Email 1 80.00")
	})
}

func TestOnlyTouchesWithinTheWindowEarn(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "Email")
		s.comes("ann", "2026-01-20", "Event")
		s.wins("ann", "2026-01-20", "2026-01-30", "80.00")
		q := won
		q.Window = 10
		s.wantCredit(q, "Event 1 80.00")
		q.Window = 9
		s.wantCredit(q, " 1 80.00")
		q.Window = 29
		s.wantCredit(q, "Email 0.5 40.00", "Event 0.5 40.00")
	})
}

func TestWShapedKnowsTheLeadAndTheDealsOpening(t *testing.T) {
	each(t, func(s *shop) {
		s.knows(contact.Row{External: "ann", Lifecycle: contact.Lead, CreatedAt: at("2026-01-03")})
		for i, c := range []string{"A", "B", "C", "D", "E"} {
			s.comes("ann", "2026-01-0"+string(rune('1'+i)), c)
		}
		s.wins("ann", "2026-01-04 12:00", "2026-01-10", "100.00")
		s.wantCredit(model(won, "w-shaped"), "A 0.3 30.00", "C 0.3 30.00", "D 0.3 30.00", "B 0.05 5.00", "E 0.05 5.00")
	})
}

func TestTheFirstFormMakesTheLeadWhereTheRecordIsSilent(t *testing.T) {
	each(t, func(s *shop) {
		s.comes("ann", "2026-01-01", "A")
		s.record("ann", journey.Touch{At: at("2026-01-02"), Kind: journey.FormSubmitted, Channel: "B"})
		s.record("ann", journey.Touch{At: at("2026-01-03"), Kind: journey.FormSubmitted, Channel: "C"})
		s.comes("ann", "2026-01-04", "D")
		s.wins("ann", "2026-01-04", "2026-01-10", "100.00")
		s.wantCredit(model(won, "w-shaped"), "A 0.3 30.00", "B 0.3 30.00", "D 0.3 30.00", "C 0.1 10.00")
	})
}
