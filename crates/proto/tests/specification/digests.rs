//! The digests of section 5.3, byte by byte.

use aws_lc_rs::digest::{SHA256, digest};
use symbolon_proto::address::Provider;
use symbolon_proto::identity::RemoteId;
use symbolon_proto::pairs::{BUCKETS, GROUP, Pair};

use super::figures::Figure;
use super::table;

fn provider(name: &str) -> Provider {
    Provider::parse(name).unwrap()
}

#[test]
fn every_test_vector_of_the_specification_is_what_this_crate_computes() {
    let head = [
        "one server",
        "identifier",
        "other server",
        "identifier",
        "generation",
        "phase",
        "bucket",
        "item",
    ];
    let vectors = table(&head);
    assert!(vectors.len() >= 7, "{vectors:?}");
    for row in vectors {
        let (one, other) = (provider(&row[0]), provider(&row[2]));
        assert_eq!((one.as_str(), other.as_str()), (&*row[0], &*row[2]));
        let pair = Pair::new((&one, &row[1]), (&other, &row[3]));
        let connected = match &*row[5] {
            "connected" => true,
            "disconnected" => false,
            other => panic!("{other}"),
        };
        let item = pair.item(row[4].parse().unwrap(), connected);
        assert_eq!(format!("{:04x}", pair.bucket()), row[6], "{row:?}");
        assert_eq!(format!("{item:016x}"), row[7], "{row:?}");
        // What stands for a person's own server at the end of an identifier makes no difference.
        for spelled in [
            format!("{}@{}", row[1], row[0]),
            format!("{}@https://{}", row[1], row[0].to_uppercase()),
        ] {
            let read = RemoteId::new(&spelled, &one).unwrap();
            assert_eq!(read.subject(), row[1]);
        }
    }
    assert_eq!((BUCKETS, GROUP), (65_536, 256));
}

/// Figure 9: what is hashed, put together by the table above it, and what comes out.
pub(crate) fn the_bytes_that_are_hashed(figure: &Figure) {
    let (input, hash) = figure.plain().split_once("\n\n").unwrap();
    let input: String = input.split_whitespace().collect();
    let rows = table(&["bytes", "what"]);
    let text = rows[0][1].split_whitespace().next().unwrap();
    assert_eq!(rows[0][0], text.len().to_string());
    let mut expected = text.as_bytes().to_vec();
    let parts = ["cat.example.org", "bob", "dog.example.org", "carol"];
    assert_eq!(rows.len(), 1 + 2 * parts.len());
    for (part, rows) in parts.iter().zip(rows[1..].chunks(2)) {
        assert_eq!((&*rows[0][0], &*rows[1][0]), ("8", "…"));
        expected.extend((part.len() as u64).to_be_bytes());
        expected.extend(part.as_bytes());
    }
    assert_eq!(input, hex(&expected));
    let computed = digest(&SHA256, &expected);
    assert_eq!(hash, hex(computed.as_ref()));

    let (cat, dog) = (provider("cat.example.org"), provider("dog.example.org"));
    let pair = Pair::new((&cat, "bob"), (&dog, "carol"));
    assert_eq!(pair.bucket().to_be_bytes(), computed.as_ref()[..2]);
    let mut item = computed.as_ref().to_vec();
    item.extend(4_u64.to_be_bytes());
    item.push(1);
    let item = digest(&SHA256, &item);
    assert_eq!(pair.item(4, true).to_be_bytes(), item.as_ref()[..8]);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
