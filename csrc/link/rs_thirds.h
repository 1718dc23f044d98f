/* Transform of three points, for a vector_*.h that is included before. */
#ifndef DD_RS_THIRDS_H
#define DD_RS_THIRDS_H

/* Values of a + bx + cx^2 at 1, the cube root of one that is given, and its square. */
static inline void v_thirds(vector a, vector b, vector c, factor root, vector *values)
{
    const vector turn = v_times(root, v_operand(v_xor(b, c)));
    values[0] = v_xor3(a, b, c);
    values[1] = v_xor3(a, c, turn);
    values[2] = v_xor3(a, b, turn);
}

#endif
