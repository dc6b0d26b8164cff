class Orders {
    fun orders(): ResponseEntity<*> {
        // ruleid: error-detail-in-response-kotlin
        if (a) return ResponseEntity.status(HttpStatus.INTERNAL_SERVER_ERROR).body(e.message)
        // ruleid: error-detail-in-response-kotlin
        if (b) return ResponseEntity.internalServerError().body(mapOf("error" to e.message))
        // ok: error-detail-in-response-kotlin
        if (c) return ResponseEntity.badRequest().body(e.message)
        // ok: error-detail-in-response-kotlin
        if (d) return ResponseEntity.internalServerError().body(mapOf("error" to UnknownProblem.message))
        // ok: error-detail-in-response-kotlin
        if (f) return ResponseEntity.internalServerError().body(mapOf("error" to errorCode.message))
        // ok: error-detail-in-response-kotlin
        return ResponseEntity.internalServerError().body("failed")
    }
}
