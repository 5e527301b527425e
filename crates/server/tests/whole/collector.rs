//! A collector of traces: OTLP over HTTP as its specification describes a receiver, and what came in.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use prost::Message;

/// A span as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    /// The server that it is of.
    pub(crate) instance: String,
    pub(crate) name: String,
    /// 2: of a request to it. 3: of a request to somebody else.
    pub(crate) kind: i32,
    pub(crate) trace: String,
    pub(crate) id: String,
    /// Empty for none.
    pub(crate) parent: String,
    pub(crate) attributes: HashMap<String, String>,
    /// Everything that came with it, to look for what must not be there.
    pub(crate) everything: String,
}

/// One that takes everything, on a port of its own.
#[derive(Clone)]
pub(crate) struct Collector {
    pub(crate) address: SocketAddr,
    spans: Arc<Mutex<Vec<Span>>>,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Collector {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let collector = Self {
            address: listener.local_addr().unwrap(),
            spans: Arc::default(),
            heads: Arc::default(),
        };
        let mine = collector.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mine = mine.clone();
                std::thread::spawn(move || mine.serve(stream.unwrap()));
            }
        });
        collector
    }

    /// What a server is told to send to.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn spans(&self) -> Vec<Span> {
        self.spans.lock().unwrap().clone()
    }

    /// The heads of all requests, in lower case.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    fn serve(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut writer = stream;
        loop {
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                if reader.read_line(&mut head).unwrap_or(0) == 0 {
                    return;
                }
            }
            let head = head.to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let mut body = vec![0; length.unwrap().parse().unwrap()];
            reader.read_exact(&mut body).unwrap();
            self.heads.lock().unwrap().push(head);
            let request = ExportTraceServiceRequest::decode(&*body).unwrap();
            self.spans.lock().unwrap().extend(spans(&request));
            let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
            writer.write_all(answer.as_bytes()).unwrap();
        }
    }
}

fn spans(request: &ExportTraceServiceRequest) -> Vec<Span> {
    let mut all = Vec::new();
    for resource in &request.resource_spans {
        let about = attributes(&resource.resource.as_ref().unwrap().attributes);
        assert_eq!(about["service.name"], "symbolon");
        for span in resource.scope_spans.iter().flat_map(|scope| &scope.spans) {
            all.push(Span {
                instance: about["service.instance.id"].clone(),
                name: span.name.clone(),
                kind: span.kind,
                trace: hex(&span.trace_id),
                id: hex(&span.span_id),
                parent: hex(&span.parent_span_id),
                attributes: attributes(&span.attributes),
                everything: format!("{about:?} {span:?}"),
            });
        }
    }
    all
}

fn attributes(attributes: &[KeyValue]) -> HashMap<String, String> {
    let text = |attribute: &KeyValue| match attribute.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        Value::IntValue(number) => Some(number.to_string()),
        other => Some(format!("{other:?}")),
    };
    attributes
        .iter()
        .filter_map(|attribute| Some((attribute.key.clone(), text(attribute)?)))
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
