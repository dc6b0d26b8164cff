package api

func getPost(w http.ResponseWriter, r *http.Request) {
	post, err := load(r)
	if err != nil {
		// ruleid: error-response-without-return-go
		http.Error(w, "failed", http.StatusInternalServerError)
	}
	writeJSON(w, post)
}

func listPosts(c *gin.Context) {
	posts, err := load(c)
	if err != nil {
		// ruleid: error-response-without-return-go
		c.JSON(http.StatusInternalServerError, gin.H{"error": "failed"})
	}
	c.JSON(http.StatusOK, posts)
}

func addPost(w http.ResponseWriter, r *http.Request) {
	err := save(r)
	if err != nil {
		log.Print(err)
		// ruleid: error-response-without-return-go
		respondWithError(w, http.StatusInternalServerError)
	}
	writeJSON(w, nil)
}

func returns(w http.ResponseWriter, r *http.Request) {
	post, err := load(r)
	if err != nil {
		// ok: error-response-without-return-go
		http.Error(w, "failed", http.StatusInternalServerError)
		return
	}
	writeJSON(w, post)
}

func last(w http.ResponseWriter, r *http.Request) {
	if err := save(r); err != nil {
		// ok: error-response-without-return-go
		http.Error(w, "failed", http.StatusInternalServerError)
	}
}

func logged(w http.ResponseWriter, r *http.Request) {
	if err := save(r); err != nil {
		// ok: error-response-without-return-go
		log.Printf("save: %v", err)
	}
	w.WriteHeader(http.StatusNoContent)
}

func told(w http.ResponseWriter, r *http.Request) {
	err := save(r)
	if err != nil {
		// ok: error-response-without-return-go
		log.Error("save", err.Error())
	}
	w.WriteHeader(http.StatusNoContent)
}
