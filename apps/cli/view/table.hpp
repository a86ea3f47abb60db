// SPDX-License-Identifier: MIT
#pragma once

// A table for a terminal of a given width. Cells can hold any text: it is made printable here.
// Columns that are empty in every row are left out. If there is no room, flexible columns shrink,
// the widest first, and their cells lose their middle; then whole columns are left out, those of
// the highest rank first. Not thread-safe; owns its cells.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "cli/view/paint.hpp"

namespace mcast::cli {

struct Column {
    enum class Align : bool { left, right };
    std::string header;
    Align align = Align::left;
    std::size_t narrowest = 0;  ///< least width if flexible; 0: fixed, as wide as its widest cell
    int rank = 0;               ///< the highest is left out first; 0: never
};

struct Cell {
    std::string text;
    Colour colour = Colour::none;

    // A plain text is a cell without colour.
    Cell(std::string plain) : text(std::move(plain)) {}  // NOLINT(google-explicit-constructor)
    Cell(const char* plain) : text(plain) {}             // NOLINT(google-explicit-constructor)
    Cell(std::string coloured, Colour how) : text(std::move(coloured)), colour(how) {}
};

class Table {
  public:
    /// The notes of the rows are a last column of that name, if they fit whole.
    explicit Table(std::vector<Column> columns, std::string note_header = "NOTE")
        : columns_(std::move(columns)), note_header_(std::move(note_header)) {}

    /// Adds a row, one cell for each column. The note, if any, is at its end or on a line below.
    void add(std::vector<Cell> cells, const std::string& note = {});

    /// The table, with a line feed after each line; no line is longer than the paper is wide.
    [[nodiscard]] std::string render(const Paper& paper) const;

  private:
    using Widths = std::vector<std::size_t>;
    struct Row {
        std::vector<Cell> cells;
        std::string note;
    };
    [[nodiscard]] Widths natural_widths() const;
    void leave_out(Widths& widths, std::size_t room) const;
    void narrow(Widths& widths, std::size_t room) const;
    [[nodiscard]] std::size_t smallest(const Widths& widths, std::size_t column) const;
    [[nodiscard]] bool notes_fit(const Widths& widths, std::size_t room) const;
    [[nodiscard]] std::string line(const std::vector<Cell>& cells, const Widths& widths,
                                   const std::string& note, const Paper& paper) const;

    std::vector<Column> columns_;
    std::string note_header_;
    std::vector<Row> rows_;
};

}  // namespace mcast::cli
