class Orders {
    ResponseEntity<?> orders() {
        try {
            load();
        } catch (Exception e) {
            // ruleid: error-detail-in-response-java
            if (a) return ResponseEntity.status(HttpStatus.INTERNAL_SERVER_ERROR).body("failed: " + e.getMessage());
            // ruleid: error-detail-in-response-java
            if (b) return new ResponseEntity<>(e.getMessage(), HttpStatus.INTERNAL_SERVER_ERROR);
            // ok: error-detail-in-response-java
            if (d) return ResponseEntity.badRequest().body(e.getMessage());
            // ok: error-detail-in-response-java
            if (f) return ResponseEntity.status(HttpStatus.INTERNAL_SERVER_ERROR).body("failed");
            log.error("orders", e);
            // ok: error-detail-in-response-java
            if (g) return ResponseEntity.internalServerError().body(new Answer(SERVER_ERROR.getCode(), SERVER_ERROR.getMessage()));
            // ok: error-detail-in-response-java
            if (h) return ResponseEntity.status(HttpStatus.INTERNAL_SERVER_ERROR).body(errorCode.getMessage());
            // ok: error-detail-in-response-java
            return new ResponseEntity<>(e.getMessage(), HttpStatus.NOT_FOUND);
        }
    }

    ResponseEntity<?> one() {
        try {
            return load();
        } catch (SQLException e) {
            // ruleid: error-detail-in-response-java
            return ResponseEntity.internalServerError().body(Map.of("error", e.getMessage()));
        } catch (StoreImageFailureException e) {
            // ok: error-detail-in-response-java
            return ResponseEntity.internalServerError().body(Map.of("error", e.getMessage()));
        }
    }

    @ExceptionHandler(Exception.class)
    public ResponseEntity<Answer> anything(final Exception ex) {
        // ruleid: error-detail-in-response-java
        return ResponseEntity.status(HttpStatus.INTERNAL_SERVER_ERROR).body(new Answer(ex.getMessage()));
    }

    @ExceptionHandler(NotificationFailedException.class)
    public ResponseEntity<Answer> ofTheApp(final NotificationFailedException ex) {
        // ok: error-detail-in-response-java
        return ResponseEntity.status(HttpStatus.INTERNAL_SERVER_ERROR).body(new Answer(ex.getMessage()));
    }
}
