class Orders {
    ResponseEntity<?> orders() {
        // ruleid: error-detail-in-response-java
        if (a) return ResponseEntity.status(HttpStatus.INTERNAL_SERVER_ERROR).body("failed: " + e.getMessage());
        // ruleid: error-detail-in-response-java
        if (b) return new ResponseEntity<>(e.getMessage(), HttpStatus.INTERNAL_SERVER_ERROR);
        // ruleid: error-detail-in-response-java
        if (c) return ResponseEntity.internalServerError().body(Map.of("error", e.getMessage()));
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
