package auth

const fixed = "not-a-real-key"

var key = []byte("not-a-real-key")

func sign(token *jwt.Token, given []byte, conf Config) {
	// ruleid: literal-signing-key-go
	token.SignedString([]byte("not-a-real-key"))
	// ruleid: literal-signing-key-go
	token.SignedString([]byte(fixed))
	// ruleid: literal-signing-key-go-variable
	token.SignedString(key)
	// ok: literal-signing-key-go, literal-signing-key-go-variable
	token.SignedString(given)
	// ok: literal-signing-key-go
	hmac.New(sha256.New, []byte(conf.Key))
	// a key that the scheme of Telegram fixes for everybody
	// ok: literal-signing-key-go
	hmac.New(sha256.New, []byte("WebAppData"))
	// ruleid: literal-signing-key-go
	store := cookie.NewStore([]byte("not-a-real-key"))
	// ok: literal-signing-key-go
	other := cookie.NewStore([]byte(os.Getenv("SESSION_KEY")))
}

func parse(raw string) {
	jwt.Parse(raw, func(t *jwt.Token) (interface{}, error) {
		// ruleid: literal-signing-key-go
		return []byte("not-a-real-key"), nil
	})
	jwt.Parse(raw, func(t *jwt.Token) (interface{}, error) {
		// ruleid: literal-signing-key-go-variable
		return key, nil
	})
	jwt.Parse(raw, func(t *jwt.Token) (interface{}, error) {
		// ok: literal-signing-key-go, literal-signing-key-go-variable
		return []byte(os.Getenv("KEY")), nil
	})
}
