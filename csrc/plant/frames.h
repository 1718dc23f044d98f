/* Earth orientation, the WGS 84 ellipsoid, attitude matrices and quaternions. */
#ifndef DD_FRAMES_H
#define DD_FRAMES_H

/* Row-major rotation from J2000 to Earth-fixed axes; days: UT1 and TT days since J2000.0. */
void dd_earth_rotation(double ut1_days, double tt_days, double matrix[9]);
void dd_geodetic_to_fixed(double radius_m, double flattening, double latitude_rad,
                          double longitude_rad, double altitude_m, double out[3]);
void dd_fixed_to_geodetic(double radius_m, double flattening, const double fixed[3],
                          double geodetic[3]);
/* Azimuth (from north, eastward), elevation (rad) and range (m) of a target seen from a site. */
void dd_look_angles(const double site[3], double latitude_rad, double longitude_rad,
                    const double target[3], double look[3]);
void dd_matrix_apply(const double matrix[9], const double in[3], double out[3]);
/* By the transpose. */
void dd_matrix_apply_back(const double matrix[9], const double in[3], double out[3]);
/* Scalar-first quaternion of a rotation matrix, scalar part not negative. */
void dd_matrix_to_quaternion(const double matrix[9], double q[4]);

#endif
