<?php

try {
    $report->run();
} catch (\Throwable $e) {
    // ruleid: error-detail-in-response-php
    return response()->json(['error' => $e->getMessage()], 500);
    // ruleid: error-detail-in-response-php
    return new JsonResponse(['trace' => $e->getTraceAsString()], Response::HTTP_INTERNAL_SERVER_ERROR);
    // ruleid: error-detail-in-response-php
    return response()->json(['error' => 'Failed: ' . $e->getMessage()], 500);
    // ok: error-detail-in-response-php
    return response()->json(['error' => 'The report could not be made'], 500);
    // ok: error-detail-in-response-php
    return response()->json(['error' => $e->getMessage()], 422);
    // ok: error-detail-in-response-php
    return response()->json(['error' => $problem->title()], 500);
}
