package people

import (
	"testing"

	"tandem/internal/db"
	"tandem/internal/people/field"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
)

func TestOwnFieldsAreEditedAndTheLaterOfTwoIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ids := crowd(t, d, 1)
		path := "/people/" + ids[0].String()
		var size, since field.Field
		s.Write(t, func(tx *db.Tx) (err error) {
			if size, err = s.Fields.Add(t.Context(), tx, s.By(), field.Contact, "Size", field.Number); err != nil {
				return err
			}
			since, err = s.Fields.Add(t.Context(), tx, s.By(), field.Contact, "Since", field.Time)
			return err
		})
		mara, tom := s.As(t, team.Owner), s.As(t, team.Sales)
		form := func(from *webtest.Page, size_, since_ string) []string {
			sent := []string{"seen", webtest.Attr(from.One("[name=seen]"), "value"), "first_name", "Person", "last_name", "000", "emails", "p000@x.example"}
			for of, value := range map[field.Field]string{size: size_, since: since_} {
				id := of.ID.String()
				sent = append(sent, "own."+id, value, "kind."+id, string(of.Type), "was."+id, webtest.Attr(from.One("[name='was."+id+"']"), "value"))
			}
			return sent
		}
		seen := tom.Open(path + "/edit").Is(200)
		page := mara.Post(path+"/edit", form(mara.Open(path+"/edit"), "42", "2026-05-01")...).Is(200).Says("Size", "42", "1 May")
		tom.Post(path+"/edit", form(seen, "43", "")...).Is(409).Says("Mara Claes")
		tom.Post(path+"/edit", form(tom.Open(path+"/edit"), "many", "2026-05-01")...).Is(422).Says("is no number")
		mara.Post(webtest.Attr(page.One(".toast form"), "action")).Is(200).Says("Taken back").Hides("42")
	})
}
