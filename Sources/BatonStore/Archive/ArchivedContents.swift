import BatonEngine
import Foundation
import GRDB

/// The large contents of an archive: what is a file beside a database is rows of pieces here, since an archive is one
/// file. One row for each can't have more than 1 GB, nor be read in ranges.
enum ArchivedContents {
    /// Bytes of a piece; the last one of a content has what is left.
    static let pieceBytes = 256 << 10

    static let table = """
        -- The contents that have a file_size in blobs, in pieces; `at` is where a piece begins, in bytes.
        CREATE TABLE blob_pieces (
            sha256 BLOB NOT NULL REFERENCES blobs (sha256) ON DELETE CASCADE,
            at INTEGER NOT NULL,
            content BLOB NOT NULL,
            PRIMARY KEY (sha256, at)
        );
        """

    /// Copies the files of the contents that are in the archive.
    ///
    /// - Parameter db: the archive, in a transaction.
    /// - Throws: ``StoreError`` with code `corrupt` when a file is not there, or not whole.
    static func copy(from source: Store, to db: Database) throws {
        let files = try Row.fetchAll(db, sql: "SELECT sha256, file_size FROM main.blobs WHERE file_size IS NOT NULL")
        let insert = try db.makeStatement(sql: "INSERT INTO main.blob_pieces (sha256, at, content) VALUES (?, ?, ?)")
        for file in files {
            let (name, size) = (file["sha256"] as Data, file["file_size"] as Int)
            guard let digest = Digest(bytes: name) else { continue }
            var offset = 0
            while offset < size {
                let length = min(pieceBytes, size - offset)
                guard let piece = try source.content(digest, offset: offset, length: length), piece.count == length
                else {
                    throw StoreError(
                        .corrupt,
                        "the content \(digest) of the run is not there, or not whole: the run was forgotten meanwhile, "
                            + "or \(source.path)-artifacts was not copied along with the database")
                }
                try insert.execute(arguments: [name, offset, Data(piece)])
                offset += length
            }
        }
    }

    /// A range of a content, shorter where that ends.
    static func read(_ digest: Digest, offset: Int, length: Int, _ db: Database) throws -> [UInt8] {
        let end = offset.addingReportingOverflow(length).overflow ? Int.max : offset + length
        let pieces = try Row.fetchCursor(
            db, sql: "SELECT at, content FROM blob_pieces WHERE sha256 = ? AND at > ? AND at < ? ORDER BY at",
            arguments: [Data(digest.bytes), offset - pieceBytes, end])
        var bytes: [UInt8] = []
        while let piece = try pieces.next() {
            let (start, content) = (piece["at"] as Int, piece["content"] as Data)
            // Pieces of a damaged archive may have any length.
            guard start + content.count > offset else { continue }
            bytes += content.dropFirst(max(0, offset - start)).prefix(length - bytes.count)
        }
        return bytes
    }
}
