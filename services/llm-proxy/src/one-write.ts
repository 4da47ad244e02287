/** Up to so many bytes a head and its body leave as one text and one write; of more, the body is not copied. Node would hand them to the kernel apart. */
export const oneWriteBytes = 16_384
