// SPDX-License-Identifier: MIT
#include "wire/norm/repair_request.hpp"

#include <array>

#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::wire;
using namespace mcast::wire::test;

namespace {

RequestItem item(std::uint32_t block, std::uint16_t symbol, std::uint16_t object = 7) {
    return {
        .fec_id = FecId::rs8, .object = ObjectId{object}, .id = {.block = block, .symbol = symbol}};
}
RepairRequest one(std::uint8_t flags, RequestItem what) {
    return {.flags = flags, .first = what, .last = what};
}
RepairRequest range(std::uint8_t flags, RequestItem first, RequestItem last) {
    return {.flags = flags, .first = first, .last = last};
}

Buffer written(const std::vector<RepairRequest>& requests) {
    Buffer out(2000);
    RepairRequestWriter writer(out);
    for (const auto& request : requests) REQUIRE(writer.add(request));
    const Bytes done = writer.finish();
    return {done.begin(), done.end()};
}

std::vector<RepairRequest> read(const Buffer& bytes) {
    std::vector<RepairRequest> seen;
    const auto count =
        for_each_request(bytes, [&](const auto& request) { seen.push_back(request); });
    REQUIRE(error_of(count) == "none");
    CHECK(*count == seen.size());
    return seen;
}

std::string error_in(std::string_view hex) {
    bool called = false;
    const Buffer bytes = from_hex(hex);
    const auto count = for_each_request(bytes, [&](const auto&) { called = true; });
    CHECK(called == count.has_value());
    return error_of(count);
}

}  // namespace

TEST_CASE("single items of one kind share a request, as ITEMS", "[wire][5740-4.3.1]") {
    const Buffer bytes =
        written({one(kRequestSegment, item(1, 20)), one(kRequestSegment, item(2, 21))});
    CHECK(to_hex(bytes) == to_hex(from_hex("01 01 00 10 05 00 00 07 00 00 01 14"
                                           "            05 00 00 07 00 00 02 15")));
}

TEST_CASE("ranges of one kind share a request, as RANGES", "[wire][5740-4.3.1]") {
    const Buffer bytes = written({range(kRequestBlock, item(1, 0), item(3, 0)),
                                  range(kRequestBlock, item(9, 0), item(12, 0))});
    CHECK(to_hex(bytes) ==
          to_hex(from_hex("02 02 00 20 05 00 00 07 00 00 01 00 05 00 00 07 00 00 03 00"
                          "            05 00 00 07 00 00 09 00 05 00 00 07 00 00 0c 00")));
}

TEST_CASE("another form or other flags begin another request", "[wire][5740-4.3.1]") {
    const std::vector requests{one(kRequestSegment, item(1, 20)),
                               one(kRequestBlock, item(1, 0)),
                               range(kRequestBlock, item(2, 0), item(4, 0)),
                               one(kRequestInfo, item(0, 0)),
                               one(kRequestInfo | kRequestObject, item(0, 0)),
                               range(kRequestObject, item(0, 0, 0xffff), item(0, 0, 2))};
    const Buffer bytes = written(requests);
    CHECK(bytes.size() == 6 * 4 + 8 * 8);
    CHECK(read(bytes) == requests);
}

TEST_CASE("items of FEC id 129 keep their 32-bit block and its length", "[wire]") {
    const RequestItem wide{.fec_id = FecId::small_block,
                           .object = ObjectId{1},
                           .id = {.block = 0xfffffffe, .symbol = 300, .block_length = 200}};
    const std::vector requests{one(kRequestSegment, item(1, 2)), one(kRequestSegment, wide)};
    CHECK(read(written(requests)) == requests);
}

TEST_CASE("what does not fit is not written, and something smaller may still be", "[wire]") {
    std::array<std::uint8_t, 12 + 8 + 11> out{};
    RepairRequestWriter writer(out);
    CHECK(writer.add(one(kRequestSegment, item(1, 1))));
    CHECK_FALSE(writer.add(range(kRequestSegment, item(2, 1), item(2, 4))));
    CHECK(writer.add(one(kRequestSegment, item(2, 1))));
    CHECK_FALSE(writer.add(one(kRequestBlock, item(3, 0))));
    CHECK(writer.add(one(kRequestSegment, item(3, 1))));
    CHECK_FALSE(writer.add(one(kRequestSegment, item(4, 1))));
    CHECK(writer.finish().size() == 28);
    CHECK(count_requests(writer.finish()) == 3u);
}

TEST_CASE("a request grows no further than its 16-bit length says", "[wire]") {
    Buffer out(200'000);
    RepairRequestWriter writer(out);
    for (int i = 0; i < 10'000; ++i) {
        REQUIRE(writer.add(one(kRequestBlock, item(static_cast<std::uint32_t>(i), 0))));
    }
    CHECK(writer.finish().size() == 10'000 * 8 + 2 * 4);
    CHECK(count_requests(writer.finish()) == 10'000u);
}

TEST_CASE("no requests at all are well-formed", "[wire]") {
    CHECK(count_requests({}) == 0u);
}

TEST_CASE("requests cut short are refused, except between two", "[wire]") {
    const Buffer bytes =
        written({one(kRequestSegment, item(1, 20)), range(kRequestBlock, item(2, 0), item(4, 0))});
    for (std::size_t size = 1; size < bytes.size(); ++size) {
        INFO(size);
        const auto count = count_requests(Bytes(bytes).first(size));
        CHECK(error_of(count) == (size == 12 ? "none" : "request_length"));
    }
}

TEST_CASE("a request length that lies is refused", "[wire]") {
    CHECK(error_in("01 01 00 08 05 00 00 07 00 00 01 14") == "none");
    CHECK(error_in("01 01 00 00 05 00 00 07 00 00 01 14") == "request_length");
    CHECK(error_in("01 01 00 08 05 00 00 07 00 00 01 14 01 01 00 00") == "request_length");
    CHECK(error_in("01 01 00 07 05 00 00 07 00 00 01 14") == "request_length");
    CHECK(error_in("01 01 00 09 05 00 00 07 00 00 01 14") == "request_length");
    CHECK(error_in("01 01 ff ff 05 00 00 07 00 00 01 14") == "request_length");
    // Half a range, and an item of FEC id 129 in the room for one of id 5.
    CHECK(error_in("02 01 00 08 05 00 00 07 00 00 01 14") == "request_length");
    CHECK(error_in("01 01 00 08 81 00 00 07 00 00 01 14") == "request_length");
}

TEST_CASE("ERASURES and unknown forms are refused", "[wire][5740-4.3.1]") {
    for (const std::string form : {"00", "03", "04", "ff"}) {
        CHECK(error_in(form + "01 00 08 05 00 00 07 00 00 01 14") == "request_form");
    }
}

TEST_CASE("a request asks for one level, or INFO, or both", "[wire][5740-4.3.1]") {
    for (const std::string flags : {"01", "02", "04", "08", "05", "06", "0c"}) {
        CHECK(error_in("01" + flags + "00 08 05 00 00 07 00 00 01 14") == "none");
    }
    for (const std::string flags : {"00", "03", "09", "0a", "0b", "0f", "f0"}) {
        CHECK(error_in("01" + flags + "00 08 05 00 00 07 00 00 01 14") == "request_flags");
    }
}

TEST_CASE("reserved request flags are not passed on", "[wire]") {
    CHECK(read(from_hex("01 f1 00 08 05 00 00 07 00 00 01 14")).at(0).flags == kRequestSegment);
}

TEST_CASE("a range runs forwards and stays where its level says", "[wire][5740-4.3.1]") {
    const auto error = [](std::string flags, std::string first, std::string last) {
        return error_in("02" + flags + "00 10 05 00" + first + "05 00" + last);
    };
    CHECK(error("01", "00 07 00 00 01 14", "00 07 00 00 01 16") == "none");
    CHECK(error("01", "00 07 00 00 01 14", "00 07 00 00 01 13") == "request_range");
    CHECK(error("01", "00 07 00 00 01 14", "00 07 00 00 02 16") == "request_range");
    CHECK(error("01", "00 07 00 00 01 14", "00 08 00 00 01 16") == "request_range");
    CHECK(error("02", "00 07 00 00 01 14", "00 07 00 00 02 00") == "none");
    CHECK(error("02", "00 07 00 00 02 14", "00 07 00 00 01 ff") == "request_range");
    CHECK(error("02", "00 07 00 00 01 00", "00 08 00 00 02 00") == "request_range");
    CHECK(error("08", "ff ff 00 00 00 00", "00 01 00 00 00 00") == "none");
    CHECK(error("08", "00 01 00 00 00 00", "ff ff 00 00 00 00") == "request_range");
    CHECK(error_in("02 02 00 14 05 00 00 07 00 00 01 00 81 00 00 07 00 00 00 02 00 00 00 00") ==
          "request_range");
}
