// SPDX-License-Identifier: MIT
#include "wire/private/private_message.hpp"

#include <array>

#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::wire;
using namespace mcast::wire::test;

namespace {

// The same bytes stand as examples in docs/protocol.md.
const Buffer kOffer = from_hex(R"(4d 43 02 01
    de ad be ef 01 05 01 80
    00 02 05 78 00 c8 00 10
    00 00 01 00 00 00 00 03
    00 40 00 00 00 00 00 07 00 0f 42 40
    05 61 2e 62 69 6e 03 6c 61 62 00 02 68 69)");
const Buffer kStreamOffer = from_hex(R"(4d 43 02 08
    de ad be ef 00 05 01 00
    00 02 05 80 00 80 00 7f
    ff ff ff ff ff ff ff ff
    00 20 00 00 00 00 00 03 00 01 86 a0
    05 73 74 64 69 6e 03 6c 61 62 00 00)");
const Buffer kStreamOfferWithHint = from_hex(R"(4d 43 02 08
    de ad be ef 00 05 01 00
    00 02 05 80 00 80 00 7f
    ff ff ff ff ff ff ff ff
    00 20 00 00 00 00 00 03 00 01 86 a0
    05 73 74 64 69 6e 03 6c 61 62 00 00
    00 00 00 01 40 00 00 00)");
const Buffer kReceiverStates = from_hex(R"(4d 43 02 02
    de ad be ef 03 00 00 0c 00 02 00 00
    0a 4d 00 02 01 02 03 04 05 06 07 08
    0a 4d 00 03 11 12 13 14 15 16 17 18
    10 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f)");
const Buffer kDigests = from_hex(R"(4d 43 02 03
    de ad be ef 00 02 01 10
    00 00 00 05 00 00 00 07 00 02 00 00
    00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f
    10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f)");
const Buffer kZeros = from_hex(R"(4d 43 02 05
    de ad be ef 00 02 00 02
    00 00 00 05 00 00 00 08
    00 00 00 0a 00 00 00 0a)");
const Buffer kEnd = from_hex("4d 43 02 04 de ad be ef 00 06 00 04 73 74 6f 70 00");
const Buffer kGoodEnd = from_hex(R"(4d 43 02 04 de ad be ef 00 00 00 00
    10 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f)");
const Buffer kJoin = from_hex(R"(4d 43 02 10 de ad be ef 00 00 00 05
    01 02 03 04 05 06 07 08 01 03 6c 61 62)");
const Buffer kDecline = from_hex(R"(4d 43 02 10 de ad be ef 00 00 00 05
    01 02 03 04 05 06 07 08 02 03 6c 61 62 00 0b 00 02 6e 6f)");
const Buffer kShortReport = from_hex(R"(4d 43 02 11
    de ad be ef 00 00 00 05
    00 00 00 0c 00 0a 12 34
    00 00 00 00 00 02 00 00 00 00 00 03
    00 00 00 00 00 04)");
const Buffer kReport = from_hex(R"(4d 43 02 11
    de ad be ef 00 00 00 05
    02 1f 00 0c 00 0a 12 34
    00 00 00 00 00 02 00 00 00 00 00 03
    00 00 00 00 00 04
    00 00 00 07
    00 00 00 08 00 00 00 09
    00 00 00 00 00 0e
    00 0b 00 02 6e 6f
    10 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f)");
const Buffer kDigestRequest = from_hex(R"(4d 43 02 12
    de ad be ef 00 00 00 05 00 02 00 02
    00 00 00 00 00 00 00 04
    00 00 00 09 00 00 00 09)");
const Buffer kDone = from_hex(R"(4d 43 02 13 de ad be ef 00 00 00 05
    10 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f)");
const Buffer kRoot = from_hex("00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f");
constexpr std::uint64_t kChallenge = 0x0102030405060708;

template <typename M>
void check_cuts_and_growth(const Buffer& golden) {
    INFO(to_hex(golden));
    for (std::size_t size = 0; size < golden.size(); ++size) {
        CHECK_FALSE(M::parse(Bytes(golden).first(size)));
    }
    Buffer grown = golden;
    grown.insert(grown.end(), {1, 2, 3});
    const auto parsed = M::parse(grown);
    REQUIRE(error_of(parsed) == "none");
    CHECK(to_hex(bytes_of(*parsed)) == to_hex(golden));
}

template <typename M>
std::string error_with(Buffer bytes, std::size_t offset, std::uint8_t value) {
    bytes.at(offset) = value;
    return error_of(M::parse(bytes));
}

}  // namespace

TEST_CASE("private messages cut anywhere are refused, with bytes added they are not", "[wire]") {
    check_cuts_and_growth<Offer>(kOffer);
    check_cuts_and_growth<Offer>(kStreamOffer);
    check_cuts_and_growth<ReceiverStates>(kReceiverStates);
    check_cuts_and_growth<Digests>(kDigests);
    check_cuts_and_growth<Zeros>(kZeros);
    check_cuts_and_growth<End>(kEnd);
    check_cuts_and_growth<End>(kGoodEnd);
    check_cuts_and_growth<Join>(kJoin);
    check_cuts_and_growth<Join>(kDecline);
    check_cuts_and_growth<Report>(kShortReport);
    check_cuts_and_growth<Report>(kReport);
    check_cuts_and_growth<DigestRequest>(kDigestRequest);
    check_cuts_and_growth<Done>(kDone);
}

TEST_CASE("an offer has the bytes that the protocol page gives it", "[wire]") {
    const Offer offer{.transfer = 0xdeadbeef,
                      .flags = kOfferStarted,
                      .fec_id = FecId::rs8,
                      .digest = DigestAlgorithm::xxh3_128,
                      .stored = 128,
                      .object = ObjectId{2},
                      .segment_size = 1400,
                      .block_size = 200,
                      .parity = 16,
                      .object_size = 0x100'0000'0003,
                      .chunk_size = 4 << 20,
                      .receivers = 7,
                      .report_interval_us = 1'000'000,
                      .name = "a.bin",
                      .host = "lab",
                      .meta = "hi"};
    CHECK(to_hex(bytes_of(offer)) == to_hex(kOffer));
    const auto parsed = Offer::parse(kOffer);
    REQUIRE(parsed);
    CHECK(parsed->fti() == offer.fti());
    CHECK(parsed->chunk_size == 4 << 20);
    CHECK(parsed->receivers == 7);
    CHECK(parsed->report_interval_us == 1'000'000);
    CHECK(parsed->name == "a.bin");
    CHECK(parsed->host == "lab");
    CHECK(parsed->meta == "hi");
}

TEST_CASE("an offer of a stream has the bytes that the protocol page gives it", "[wire][stream]") {
    const Offer offer{.stream = true,
                      .transfer = 0xdeadbeef,
                      .fec_id = FecId::rs8,
                      .digest = DigestAlgorithm::xxh3_128,
                      .object = ObjectId{2},
                      .segment_size = 1408,
                      .block_size = 128,
                      .parity = 127,
                      .object_size = Offer::kUnknownSize,
                      .chunk_size = 2 << 20,
                      .receivers = 3,
                      .report_interval_us = 100'000,
                      .name = "stdin",
                      .host = "lab"};
    CHECK(to_hex(bytes_of(offer)) == to_hex(kStreamOffer));
    const auto parsed = Offer::parse(kStreamOffer);
    REQUIRE(parsed);
    CHECK(parsed->stream);
    CHECK(parsed->object_size == Offer::kUnknownSize);
    CHECK(parsed->fti() == Fti{0, 1408, 128, 127});
    CHECK(parsed->name == "stdin");
    CHECK(std::holds_alternative<Offer>(parse_sender_message(kStreamOffer).value()));
    CHECK_FALSE(Offer::parse(kOffer)->stream);
}

TEST_CASE("a stream's size is unknown only where it is told so", "[wire][stream]") {
    Offer offer = Offer::parse(kStreamOffer).value();
    offer.object_size = 5000;
    CHECK(Offer::parse(bytes_of(offer))->fti().object_size == 5000);
    offer.stream = false;
    offer.object_size = Offer::kUnknownSize;
    CHECK(error_of(Offer::parse(bytes_of(offer))) == "bad_fti");
    CHECK(error_with<Offer>(kStreamOffer, 17, 255) == "bad_fti");  // more symbols than the code has
    CHECK(error_with<Offer>(kStreamOffer, 9, 6) == "unknown_fec");
}

TEST_CASE("a stream's offer may tell the size that is expected", "[wire][stream]") {
    Offer offer = Offer::parse(kStreamOffer).value();
    CHECK(offer.size_hint == 0);
    offer.size_hint = 5ULL << 30;
    CHECK(to_hex(bytes_of(offer)) == to_hex(kStreamOfferWithHint));
    const auto parsed = Offer::parse(kStreamOfferWithHint);
    REQUIRE(parsed);
    CHECK(parsed->size_hint == 5ULL << 30);
    CHECK(parsed->object_size == Offer::kUnknownSize);  // it is no size
    Buffer cut = kStreamOfferWithHint;
    cut.pop_back();
    CHECK(Offer::parse(cut)->size_hint == 0);  // as if nothing of it were there
}

TEST_CASE("an offer of a file expects no size: it has one", "[wire]") {
    Buffer longer = kOffer;
    longer.insert(longer.end(), 8, 1);
    CHECK(Offer::parse(longer)->size_hint == 0);
    Offer offer = Offer::parse(kOffer).value();
    offer.size_hint = 77;
    CHECK(to_hex(bytes_of(offer)) == to_hex(kOffer));
}

TEST_CASE("an offer tells what a sparse file takes at least", "[wire]") {
    CHECK_FALSE(Offer{.object_size = 1000}.stored_bytes());
    const auto told = [](std::uint64_t stored, std::uint64_t size) {
        return Offer{.stored = Offer::stored_share(stored, size), .object_size = size}
            .stored_bytes()
            .value();
    };
    constexpr std::uint64_t kSize = std::uint64_t{1} << 47;
    CHECK(told(0, kSize) == 0);
    CHECK(told(kSize - 1, kSize) < kSize);
    CHECK(told(kSize, kSize) == kSize);
    CHECK(told(kSize + 4096, kSize) == kSize);
    CHECK(told(0, 0) == 0);
    for (const std::uint64_t stored : {kSize / 1000, kSize / 3, kSize / 2}) {
        CHECK(told(stored, kSize) <= stored);
        CHECK(told(stored, kSize) + kSize / 200 >= stored);
    }
}

TEST_CASE("an offer of something impossible is refused", "[wire]") {
    CHECK(error_with<Offer>(kOffer, 9, 6) == "unknown_fec");
    CHECK(error_with<Offer>(kOffer, 10, 3) == "bad_value");
    CHECK(error_with<Offer>(kOffer, 17, 255) == "bad_fti");
    CHECK(error_with<Offer>(kOffer, 20, 1) == "bad_fti");
    CHECK(error_with<Offer>(kOffer, 29, 0) == "bad_value");
    Buffer no_segment = kOffer;
    no_segment[14] = no_segment[15] = 0;
    CHECK(error_of(Offer::parse(no_segment)) == "bad_fti");
}

TEST_CASE("texts of an offer that lie about their length, or are no text, are refused", "[wire]") {
    CHECK(error_with<Offer>(kOffer, 40, 6) == "bad_text");
    CHECK(error_with<Offer>(kOffer, 40, 255) == "bad_text");
    CHECK(error_with<Offer>(kOffer, 46, 200) == "bad_text");
    CHECK(error_with<Offer>(kOffer, 51, 3) == "bad_text");
    CHECK(error_with<Offer>(kOffer, 50, 255) == "bad_text");
    CHECK(error_with<Offer>(kOffer, 41, 0xff) == "bad_text");
}

TEST_CASE("a list of receiver states has the bytes that the protocol page gives it", "[wire]") {
    const std::array entries{ReceiverEntry{NodeId{0x0a4d0002}, kChallenge},
                             ReceiverEntry{NodeId{0x0a4d0003}, 0x1112131415161718}};
    CHECK(to_hex(bytes_of(ReceiverStates{.transfer = 0xdeadbeef,
                                         .state = ReceiverState::failed,
                                         .error = 12,
                                         .entries = ReceiverList(entries),
                                         .root = kRoot})) == to_hex(kReceiverStates));
    const auto receiver_states = ReceiverStates::parse(kReceiverStates);
    REQUIRE(receiver_states);
    CHECK(receiver_states->state == ReceiverState::failed);
    CHECK(receiver_states->error == 12);
    REQUIRE(receiver_states->entries.size() == 2);
    CHECK(receiver_states->entries[0] == entries[0]);
    CHECK(receiver_states->entries[1] == entries[1]);
    CHECK(to_hex(receiver_states->root) == to_hex(kRoot));
}

TEST_CASE("a list of receiver states shorter than its count is refused", "[wire]") {
    CHECK(error_with<ReceiverStates>(kReceiverStates, 13, 4) == "list_length");
    CHECK(error_with<ReceiverStates>(kReceiverStates, 12, 255) == "list_length");
}

TEST_CASE("the digest of the whole is of a width that there is, or none", "[wire]") {
    CHECK(error_with<ReceiverStates>(kReceiverStates, 40, 15) == "bad_value");
    CHECK(error_with<ReceiverStates>(kReceiverStates, 40, 32) == "truncated");
    CHECK(error_with<ReceiverStates>(kReceiverStates, 40, 0) == "none");
    CHECK(error_with<Done>(kDone, 12, 1) == "bad_value");
    CHECK(error_with<Done>(kDone, 12, 255) == "truncated");
    CHECK(error_with<End>(kGoodEnd, 12, 8) == "bad_value");
    CHECK(error_with<Report>(kReport, 62, 8) == "bad_value");
    CHECK(error_with<Report>(kReport, 62, 32) == "truncated");
}

TEST_CASE("digests have the bytes that the protocol page gives them", "[wire]") {
    Buffer content(32);
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<std::uint8_t>(i);
    const Digests digests{.transfer = 0xdeadbeef,
                          .object = ObjectId{2},
                          .algorithm = DigestAlgorithm::xxh3_128,
                          .first = 5,
                          .total = 7,
                          .digests = content};
    CHECK(to_hex(bytes_of(digests)) == to_hex(kDigests));
    const auto parsed = Digests::parse(kDigests);
    REQUIRE(parsed);
    CHECK(parsed->first == 5);
    CHECK(parsed->total == 7);
    REQUIRE(parsed->count() == 2);
    CHECK(to_hex(parsed->digest(1)) == to_hex(Bytes(content).last(16)));
}

TEST_CASE("digests must be of their algorithm's width, all there, and below the total", "[wire]") {
    CHECK(error_with<Digests>(kDigests, 10, 3) == "bad_value");
    CHECK(error_with<Digests>(kDigests, 10, 2) == "bad_value");
    CHECK(error_with<Digests>(kDigests, 11, 0) == "bad_value");
    CHECK(error_with<Digests>(kDigests, 11, 32) == "bad_value");
    CHECK(error_with<Digests>(kDigests, 15, 6) == "bad_value");
    CHECK(error_with<Digests>(kDigests, 12, 255) == "bad_value");
    CHECK(error_with<Digests>(kDigests, 19, 6) == "bad_value");
    CHECK(error_with<Digests>(kDigests, 21, 1) == "none");
    Buffer more = kDigests;
    more[16] = 0xff;
    more[20] = 0xff;
    CHECK(error_of(Digests::parse(more)) == "list_length");
}

TEST_CASE("digests that would run past 2^32 chunks are refused", "[wire]") {
    Buffer wrapping = kDigests;
    std::fill_n(wrapping.begin() + 12, 8, std::uint8_t{0xff});
    CHECK(error_of(Digests::parse(wrapping)) == "bad_value");
}

TEST_CASE("zeros have the bytes that the protocol page gives them", "[wire]") {
    const std::array<BlockRange, 2> ranges{{{5, 8}, {10, 10}}};
    const Zeros zeros{
        .transfer = 0xdeadbeef, .object = ObjectId{2}, .ranges = BlockRangeList(ranges)};
    CHECK(to_hex(bytes_of(zeros)) == to_hex(kZeros));
    const auto parsed = Zeros::parse(kZeros);
    REQUIRE(parsed);
    CHECK(parsed->object == ObjectId{2});
    REQUIRE(parsed->ranges.size() == 2);
    CHECK(parsed->ranges[0] == BlockRange{5, 8});
    CHECK(parsed->ranges[1] == BlockRange{10, 10});
}

TEST_CASE("ranges of zeros must be all there, and ascend", "[wire]") {
    CHECK(error_with<Zeros>(kZeros, 11, 3) == "list_length");
    CHECK(error_with<Zeros>(kZeros, 15, 9) == "bad_value");  // runs backwards
    CHECK(error_with<Zeros>(kZeros, 23, 8) == "bad_value");  // overlaps
    CHECK(error_with<Zeros>(kZeros, 16, 0xff) == "bad_value");
    CHECK(error_with<Zeros>(kZeros, 23, 9) == "none");
    CHECK(error_with<Zeros>(kZeros, 24, 0xff) == "none");
}

TEST_CASE("an end has the bytes that the protocol page gives it", "[wire]") {
    const End end{.transfer = 0xdeadbeef, .error = 6, .message = "stop"};
    CHECK(to_hex(bytes_of(end)) == to_hex(kEnd));
    CHECK(End::parse(kEnd)->error == 6);
    CHECK(End::parse(kEnd)->message == "stop");
    CHECK(End::parse(kEnd)->root.empty());
    CHECK(to_hex(bytes_of(End{.transfer = 0xdeadbeef, .root = kRoot})) == to_hex(kGoodEnd));
    CHECK(to_hex(End::parse(kGoodEnd)->root) == to_hex(kRoot));
    CHECK(error_with<End>(kEnd, 11, 6) == "bad_text");
    CHECK(error_with<End>(kEnd, 10, 255) == "bad_text");
}

TEST_CASE("a join has the bytes that the protocol page gives it", "[wire]") {
    CHECK(to_hex(bytes_of(Join{.transfer = 0xdeadbeef,
                               .echo = 5,
                               .challenge = kChallenge,
                               .flags = kJoinHolds,
                               .host = "lab"})) == to_hex(kJoin));
    const auto join = Join::parse(kJoin);
    REQUIRE(join);
    CHECK(join->transfer == 0xdeadbeef);
    CHECK(join->echo == 5);
    CHECK(join->challenge == kChallenge);
    CHECK(join->flags == kJoinHolds);
    CHECK(join->host == "lab");
    CHECK(join->error == 0);
    CHECK(error_with<Join>(kJoin, 21, 4) == "bad_text");
}

TEST_CASE("a receiver joins and fails in one message", "[wire]") {
    CHECK(to_hex(bytes_of(Join{.transfer = 0xdeadbeef,
                               .echo = 5,
                               .challenge = kChallenge,
                               .host = "lab",
                               .error = 11,
                               .message = "no"})) == to_hex(kDecline));
    const auto join = Join::parse(kDecline);
    REQUIRE(join);
    CHECK(join->flags == 0);
    CHECK(join->error == 11);
    CHECK(join->message == "no");
    CHECK(error_with<Join>(kDecline, 26, 0) == "bad_value");  // it fails of nothing
    CHECK(error_with<Join>(kDecline, 28, 3) == "bad_text");
    CHECK(error_with<Join>(kJoin, 20, 0x81) == "none");  // of a later version
}

TEST_CASE("a report has the bytes that the protocol page gives it", "[wire]") {
    const Report report{.transfer = 0xdeadbeef,
                        .echo = 5,
                        .state = ReportState::failed,
                        .sequence = 12,
                        .loss = 10,
                        .rate = 0x1234,
                        .packets_received = 2,
                        .packets_expected = 3,
                        .bytes_done = 4,
                        .host_drops = 7,
                        .backlog = 8,
                        .backlog_limit = 9,
                        .window_end = 14,
                        .error = 11,
                        .message = "no",
                        .root = kRoot};
    CHECK(to_hex(bytes_of(report)) == to_hex(kReport));
    const auto parsed = Report::parse(kReport);
    REQUIRE(parsed);
    CHECK(parsed->state == ReportState::failed);
    CHECK(parsed->host_drops == 7);
    CHECK(parsed->backlog_limit == 9);
    CHECK(parsed->window_end == 14);
    CHECK(parsed->error == 11);
    CHECK(parsed->message == "no");
    CHECK(to_hex(parsed->root) == to_hex(kRoot));
}

TEST_CASE("a report of a receiver that nothing holds up is 38 bytes", "[wire]") {
    const Report report{.transfer = 0xdeadbeef,
                        .echo = 5,
                        .sequence = 12,
                        .loss = 10,
                        .rate = 0x1234,
                        .packets_received = 2,
                        .packets_expected = 3,
                        .bytes_done = 4};
    CHECK(to_hex(bytes_of(report)) == to_hex(kShortReport));
    CHECK(kShortReport.size() == 38);
    CHECK(Report::parse(kShortReport)->window_end == Report::kNoWindow);
}

TEST_CASE("a program that a receiver waits for takes a bit of its report", "[wire]") {
    const Report report{.reader_at_work = true};
    const auto bytes = bytes_of(report);
    CHECK(bytes.size() == 38);
    CHECK(bytes[13] == 0x20);
    CHECK(Report::parse(bytes)->reader_at_work);
    CHECK_FALSE(Report::parse(kShortReport)->reader_at_work);
}

TEST_CASE("a report with an unknown state, or parts that are not there, is refused", "[wire]") {
    CHECK(error_with<Report>(kReport, 12, 3) == "bad_value");
    CHECK(error_with<Report>(kReport, 58, 3) == "bad_text");
    for (const std::uint8_t part : std::initializer_list<std::uint8_t>{1, 2, 4})
        CHECK(error_with<Report>(kShortReport, 13, part) == "truncated");
    CHECK(error_with<Report>(kShortReport, 13, 8) == "truncated");
    CHECK(error_with<Report>(kShortReport, 13, 16) == "truncated");
    CHECK(error_with<Report>(kShortReport, 13, 32) == "none");  // of a later version
}

TEST_CASE("a digest request has the bytes that the protocol page gives it", "[wire]") {
    const std::array ranges{ChunkRange{0, 4}, ChunkRange{9, 9}};
    const DigestRequest request{
        .transfer = 0xdeadbeef, .echo = 5, .object = ObjectId{2}, .ranges = ChunkRangeList(ranges)};
    CHECK(to_hex(bytes_of(request)) == to_hex(kDigestRequest));
    const auto parsed = DigestRequest::parse(kDigestRequest);
    REQUIRE(parsed);
    REQUIRE(parsed->ranges.size() == 2);
    CHECK(parsed->ranges[0] == ranges[0]);
    CHECK(parsed->ranges[1] == ranges[1]);
}

TEST_CASE("a digest request that lies about its ranges is refused", "[wire]") {
    CHECK(error_with<DigestRequest>(kDigestRequest, 15, 3) == "list_length");
    CHECK(error_with<DigestRequest>(kDigestRequest, 14, 255) == "list_length");
    CHECK(error_with<DigestRequest>(kDigestRequest, 19, 5) == "bad_value");
}

TEST_CASE("that all is done takes twelve bytes and the digest of the whole", "[wire]") {
    CHECK(to_hex(bytes_of(Done{.transfer = 0xdeadbeef, .echo = 5, .root = kRoot})) ==
          to_hex(kDone));
    CHECK(Done::parse(kDone)->transfer == 0xdeadbeef);
    CHECK(Done::parse(kDone)->echo == 5);
    CHECK(to_hex(Done::parse(kDone)->root) == to_hex(kRoot));
}

TEST_CASE("a private message is taken only from where it belongs", "[wire]") {
    for (const auto& golden : {kOffer, kReceiverStates, kDigests, kZeros, kEnd}) {
        CHECK(error_of(parse_sender_message(golden)) == "none");
        CHECK(error_of(parse_receiver_message(golden)) == "unknown_kind");
    }
    for (const auto& golden : {kJoin, kReport, kDigestRequest, kDone}) {
        CHECK(error_of(parse_sender_message(golden)) == "unknown_kind");
        CHECK(error_of(parse_receiver_message(golden)) == "none");
    }
    CHECK(error_of(ReceiverStates::parse(kOffer)) == "unknown_kind");
    CHECK(std::holds_alternative<End>(*parse_sender_message(kEnd)));
    CHECK(std::holds_alternative<Report>(*parse_receiver_message(kReport)));
}

TEST_CASE("text is made fit for the wire: cut between characters, never half a one", "[wire]") {
    CHECK(wire_text("plain", 400) == "plain");
    CHECK(wire_text("plain", 3) == "pla");
    CHECK(wire_text("gr\xc3\xbc\xc3\x9f", 4) == "gr\xc3\xbc");
    CHECK(wire_text("gr\xc3\xbc\xc3\x9f", 5) == "gr\xc3\xbc");
    CHECK(wire_text("/data/\xff\xfe.img", 400) == "/data/??.img");
    CHECK(wire_text("", 4).empty());
}
