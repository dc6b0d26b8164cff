package api

func orders(w http.ResponseWriter, r *http.Request) {
	// ruleid: error-detail-in-response-go
	http.Error(w, err.Error(), http.StatusInternalServerError)
	// ok: error-detail-in-response-go
	http.Error(w, err.Error(), http.StatusBadRequest)
	// ok: error-detail-in-response-go
	http.Error(w, "failed", http.StatusInternalServerError)
	// ruleid: error-detail-in-response-go
	c.JSON(http.StatusInternalServerError, gin.H{"error": err.Error()})
	// ruleid: error-detail-in-response-go
	c.AbortWithStatusJSON(http.StatusInternalServerError, gin.H{"error": err.Error()})
	// ok: error-detail-in-response-go
	c.AbortWithStatusJSON(http.StatusBadRequest, gin.H{"error": err.Error()})
}
