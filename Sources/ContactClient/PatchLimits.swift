import ContactModel
import JSONText

extension ContactPatch {
    /// Makes sure that metadata is no larger than the API takes.
    ///
    /// - Throws: `.invalid`, naming the field.
    func checkSize() throws(ClientError) {
        if !metadata.isEmpty { try metadata.checkMetadataSize() }
    }
}

extension JSONObject {
    /// Makes sure that metadata is no larger than the API takes.
    ///
    /// - Throws: `.invalid`, naming the field.
    func checkMetadataSize() throws(ClientError) {
        guard isTooLargeForMetadata else { return }
        let limit = ContactPatch.maximumMetadataBytes
        throw .invalid(
            InvalidFields([
                InvalidFields.Field(
                    name: "metadata",
                    message: "The metadata field must not be larger than \(limit) bytes.")
            ]))
    }
}

extension ContactChange {
    /// Makes sure that what is written is no larger than the API takes.
    func checkSize() throws(ClientError) {
        switch change {
        case .update(let patch), .create(let patch, _): try patch.checkSize()
        case .retag, .removeMetadata, .delete: break
        }
    }
}
