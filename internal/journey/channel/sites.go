package channel

import "strings"

// site is what sort of site a source is.
type site int

const (
	other site = iota
	search
	social
	video
	shopping
	assistant
)

// The lists hold names as people write them into utm_source, and hosts. A name of four letters or more also stands for that name under any
// common top-level domain (google for google.de and google.co.uk); a host also stands for its subdomains. Apps are named as Android names them.
const (
	searchSites = `
		google bing yahoo duckduckgo baidu yandex ecosia naver daum qwant startpage ask.com aol.com aol lycos dogpile mojeek swisscows
		metager seznam sogou so.com 360.cn sm.cn biglobe.ne.jp biglobe goo.ne.jp rambler onet alhea avg.com avast babylon centrum.cz
		comcast.net conduit ekolay eniro go.mail.ru globo globososo incredimail kvasir msn.com live.com ukr.net search-results.com
		startsiden szukacz terra.com tut.by ya.ru you.com virgilio voila infospace info.com webcrawler excite metacrawler gibiru
		search.brave.com brave presearch kagi neeva ecosia.org lilo.org ekoru.org karmasearch.org oceanhero.today gigablast
		petalsearch.com petalsearch search.aol.com search.smt.docomo.ne.jp auone.jp najdi.si zoeken.nl hotbot izito zapmeta search.ch
		search.xfinity.com duck.com lite.duckduckgo.com coccoc coccoc.com walla.co.il nate.com r.search.yahoo.com adwords googleads
		google-ads google_ads microsoft-ads bingads bing-ads com.google.android.googlequicksearchbox`

	socialSites = `
		facebook fb fb.com fb.me instagram ig ig.me linkedin lnkd.in linkedin-ads twitter x x.com t.co pinterest pin.it reddit
		redd.it tiktok snapchat threads.net threads.com threads bsky.app bsky.social bluesky mastodon mastodon.social mastodon.online
		mstdn.social fosstodon.org hachyderm.io tumblr quora medium.com whatsapp wa.me telegram t.me telegram.me telegram.org
		messenger m.me messenger.com meta facebook-ads facebook_ads fb-ads instagram-ads igstory vk vk.com vkontakte vk.ru ok.ru
		odnoklassniki weibo wechat weixin qq qq.com qzone.qq.com douban renren zhihu xiaohongshu line.me line.naver.jp kakao kakaotalk
		mixi hatena b.hatena.ne.jp ameblo.jp cafe.naver.com blog.naver.com xing nextdoor meetup myspace flickr foursquare swarmapp
		goodreads livejournal wordpress.com blogger blogspot typepad digg diigo delicious del.icio.us stumbleupon mix.com flipboard
		slashdot news.ycombinator.com hackernews hn lobste.rs producthunt stackoverflow stackexchange stackexchange.com superuser.com
		serverfault.com github.community disqus discord discord.gg discordapp slack.com viber skype.com groups.google.com plus.google.com
		plus.url.google.com groups.yahoo.com yammer.com workplace.com tinder badoo.com couchsurfing.com tripadvisor yelp glassdoor
		kununu.com researchgate academia.edu slideshare scribd.com issuu.com behance.net behance dribbble deviantart 500px.com
		ravelry.com last.fm soundcloud.com mumsnet.com gutefrage.net jodel.com minds.com gab.com gettr.com truthsocial.com parler.com
		lemmy.world lemmy.ml kbin.social ello.co plurk.com taringa.net tuenti.com hi5.com tagged.com gaiaonline.com wattpad.com
		9gag.com imgur.com fark.com boardreader.com bizsugar.com allrecipes.com houzz.com instapaper.com getpocket.com
		buffer.com hootsuite.com hootsuite later.com linktr.ee lnk.bio beacons.ai bio.link clubhouse.com
		com.facebook.katana com.facebook.lite com.instagram.android com.linkedin.android com.twitter.android com.reddit.frontpage
		com.pinterest com.whatsapp org.telegram.messenger com.zhiliaoapp.musically com.snapchat.android`

	videoSites = `
		youtube youtu.be yt youtube.com m.youtube.com studio.youtube.com youtube-ads vimeo dailymotion dai.ly twitch twitch.tv
		netflix hulu disneyplus primevideo.com rumble odysee.com bitchute.com peertube.tv brightcove.com wistia wistia.com wistia.net
		vidyard loom.com ted.com crackle.com curiositystream.com veoh.com viddler.com utreon.com iqiyi iqiyi.com youku youku.com
		bilibili v.qq.com tudou.com nicovideo.jp niconico rutube rutube.ru vk.video tv.naver.com vlive.tv viki.com kick.com trovo.live
		dlive.tv metacafe.com vevo plex.tv tubitv.com pluto.tv roku.com peacocktv.com paramountplus.com crunchyroll.com mubi.com
		arte.tv ardmediathek.de zdf.de com.google.android.youtube`

	shoppingSites = `
		amazon ebay etsy walmart target.com target bestbuy.com costco.com homedepot.com lowes.com wayfair kohls.com macys.com
		nordstrom.com sears.com overstock.com newegg.com qvc.com hsn.com alibaba aliexpress taobao.com tmall jd.com pinduoduo.com
		temu shein shein.com wish.com dhgate.com banggood.com gearbest.com lightinthebox.com shopee lazada tokopedia.com bukalapak.com
		flipkart snapdeal.com myntra.com meesho.com paytmmall.com mercadolibre mercadolivre americanas.com.br magazineluiza.com.br
		rakuten zozo.jp shopping.yahoo.co.jp mercari coupang.com gmarket.co.kr 11st.co.kr smartstore.naver.com shopping.naver.com
		zalando otto.de kaufland.de mediamarkt saturn.de idealo billiger.de check24.de geizhals preis.de ladenzeile.de moebel.de
		allegro.pl allegro ceneo.pl emag.ro heureka.cz heureka alza.cz bol.com coolblue cdiscount fnac.com manomano rueducommerce.fr
		leboncoin.fr vinted kijiji gumtree marktplaats.nl willhaben.at ricardo.ch galaxus.ch digitec.ch toppreise.ch ozon.ru
		wildberries.ru wildberries avito.ru trendyol hepsiburada.com n11.com noon.com souq.com jumia takealot.com argos.co.uk
		johnlewis.com asos.com currys.co.uk pricerunner pricegrabber shopzilla bizrate.com kelkoo shopping.com nextag.com pricespy
		shopping.google.com google-shopping googleshopping igshopping shop.app shopify shopify.com wholesale.shopping
		faire.com ankorstore.com stripe.com stripe offerup.com poshmark.com depop.com stockx.com goat.com backmarket refurbed
		mall.cz catch.com.au kogan.com trademe.co.nz price.com buycentral.com`

	assistants = `
		chatgpt chatgpt.com chat.openai.com openai openai.com gemini gemini.google.com bard.google.com notebooklm.google.com
		claude claude.ai anthropic copilot copilot.microsoft.com copilot.cloud.microsoft m365.cloud.microsoft perplexity perplexity.ai
		grok grok.com x.ai deepseek deepseek.com chat.deepseek.com meta.ai mistral chat.mistral.ai lechat poe poe.com
		character.ai pi.ai phind phind.com doubao doubao.com kimi kimi.com kimi.moonshot.cn chat.qwen.ai qwen tongyi.aliyun.com
		yiyan.baidu.com huggingface.co duck.ai andisearch.com iask.ai komo.ai jasper.ai writesonic.com`

	// parts of the above that are none of it: mail, documents, the console
	neither = `
		mail.google.com docs.google.com drive.google.com sites.google.com calendar.google.com meet.google.com classroom.google.com
		accounts.google.com news.google.com cloud.google.com support.google.com developers.google.com
		tagassistant.google.com analytics.google.com ads.google.com mail.yahoo.com mail.yahoo.co.jp mail.aol.com outlook.live.com
		mail.live.com login.live.com onedrive.live.com mail.yandex.ru mail.yandex.com mail.qq.com wx.mail.qq.com aws.amazon.com
		sellercentral.amazon.com mail.naver.com help.ebay.com`
)

// sites is every name and host of the lists with its sort.
var sites = gather()

func gather() map[string]site {
	all := map[string]site{}
	for _, list := range []struct {
		sort  site
		names string
	}{
		{search, searchSites},
		{social, socialSites},
		{video, videoSites},
		{shopping, shoppingSites},
		{assistant, assistants},
		{other, neither},
	} {
		for name := range strings.FieldsSeq(list.names) {
			all[name] = list.sort
		}
	}
	return all
}

// siteOf is the sort of a source: a name, a host, or an address.
func siteOf(source string) site {
	if s, ok := sites[source]; ok {
		return s
	}
	if !strings.Contains(source, ".") {
		return other
	}
	host := hostOf(source)
	for rest := host; rest != ""; _, rest, _ = strings.Cut(rest, ".") {
		if s, ok := sites[rest]; ok {
			return s
		}
		if name, domain, found := strings.Cut(rest, "."); found && len(name) >= 4 && isTopLevel(domain) {
			// assistants have common words for names, which belong to others under other domains
			if s, ok := sites[name]; ok && s != assistant {
				return s
			}
		}
	}
	return other
}

// isTopLevel is true of com, de, co.uk: one part or two, of two or three letters each.
func isTopLevel(domain string) bool {
	first, second, two := strings.Cut(domain, ".")
	if !two {
		return len(first) == 2 || len(first) == 3
	}
	return (len(first) == 2 || len(first) == 3) && len(second) == 2
}
