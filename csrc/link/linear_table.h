/* Tables of functions that are linear over GF(2), made by the compiler: entry i is the exclusive
 * or of the values at the powers of two in i, so eight constants stand for 256 entries. */
#ifndef DD_LINEAR_TABLE_H
#define DD_LINEAR_TABLE_H

#define DD_LINEAR_1(i, a, b, c, d, e, f, g, h)                                                     \
    (((i) & 1 ? (a) : 0) ^ ((i) & 2 ? (b) : 0) ^ ((i) & 4 ? (c) : 0) ^ ((i) & 8 ? (d) : 0) ^       \
     ((i) & 16 ? (e) : 0) ^ ((i) & 32 ? (f) : 0) ^ ((i) & 64 ? (g) : 0) ^ ((i) & 128 ? (h) : 0))
#define DD_LINEAR_4(i, ...)                                                                        \
    DD_LINEAR_1(i, __VA_ARGS__), DD_LINEAR_1((i) + 1, __VA_ARGS__),                                \
        DD_LINEAR_1((i) + 2, __VA_ARGS__), DD_LINEAR_1((i) + 3, __VA_ARGS__)
#define DD_LINEAR_16(i, ...)                                                                       \
    DD_LINEAR_4(i, __VA_ARGS__), DD_LINEAR_4((i) + 4, __VA_ARGS__),                                \
        DD_LINEAR_4((i) + 8, __VA_ARGS__), DD_LINEAR_4((i) + 12, __VA_ARGS__)
#define DD_LINEAR_64(i, ...)                                                                       \
    DD_LINEAR_16(i, __VA_ARGS__), DD_LINEAR_16((i) + 16, __VA_ARGS__),                             \
        DD_LINEAR_16((i) + 32, __VA_ARGS__), DD_LINEAR_16((i) + 48, __VA_ARGS__)
#define DD_LINEAR_256(...)                                                                         \
    DD_LINEAR_64(0, __VA_ARGS__), DD_LINEAR_64(64, __VA_ARGS__), DD_LINEAR_64(128, __VA_ARGS__),   \
        DD_LINEAR_64(192, __VA_ARGS__)

/* One entry; the eight constants may come as one macro. */
#define DD_LINEAR(i, ...) DD_LINEAR_1(i, __VA_ARGS__)

/* Rows 0..255 of a table with several columns, each row made by a macro. */
#define DD_ROWS_4(row, i) row(i), row((i) + 1), row((i) + 2), row((i) + 3)
#define DD_ROWS_16(row, i)                                                                         \
    DD_ROWS_4(row, i), DD_ROWS_4(row, (i) + 4), DD_ROWS_4(row, (i) + 8), DD_ROWS_4(row, (i) + 12)
#define DD_ROWS_64(row, i)                                                                         \
    DD_ROWS_16(row, i), DD_ROWS_16(row, (i) + 16), DD_ROWS_16(row, (i) + 32),                      \
        DD_ROWS_16(row, (i) + 48)
#define DD_ROWS_256(row)                                                                           \
    DD_ROWS_64(row, 0), DD_ROWS_64(row, 64), DD_ROWS_64(row, 128), DD_ROWS_64(row, 192)

#endif
