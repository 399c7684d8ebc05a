/// Where contacts come from.
package enum ContactSource {
    /// What the API takes, and refuses all else (API reference, contact object).
    package static let known = [
        "manual", "csv_import", "shopify", "woocommerce", "widget", "zapier", "api",
    ]
}
