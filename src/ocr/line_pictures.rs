//! Keeps Tesseract from packing the picture of every line as PNG.
//!
//! Before it reads a line, Tesseract 5 stores its picture in an `ImageData`, as
//! PNG, and unpacks it again at once. That is useful in training, where pictures
//! are kept; here it is a twelfth of the time that recognition takes. It calls
//! Leptonica's `pixWriteMem` for it and reads the bytes with `pixReadMem`, which
//! tells the format from the first bytes. A function of that name in the program
//! stands before the library's one, by the rules of the dynamic linker; ours
//! writes Leptonica's own unpacked format, which is read the same way to the
//! same pixels. Where the linker binds the library's function after all (a
//! Tesseract linked statically), all goes on as ever, only slower.

use std::ffi::{c_char, c_int, c_void};
use std::sync::OnceLock;

/// Leptonica's `PIX`, seen from here.
#[repr(C)]
pub struct RawPix {
    _private: [u8; 0],
}

unsafe extern "C" {
    fn pixWriteMemSpix(data: *mut *mut u8, length: *mut usize, pix: *mut RawPix) -> c_int;
}

/// `IFF_PNG`.
const FORMAT_PNG: c_int = 3;

type WriteMem = unsafe extern "C" fn(*mut *mut u8, *mut usize, *mut RawPix, c_int) -> c_int;

/// Leptonica's function of this name; PNG becomes its unpacked format.
///
/// # Safety
/// As Leptonica's: `data` and `length` can be written, `pix` is an image or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pixWriteMem(
    data: *mut *mut u8,
    length: *mut usize,
    pix: *mut RawPix,
    format: c_int,
) -> c_int {
    if format == FORMAT_PNG {
        return unsafe { pixWriteMemSpix(data, length, pix) };
    }
    match library_function() {
        Some(write) => unsafe { write(data, length, pix, format) },
        // Leptonica's word for failure.
        None => 1,
    }
}

/// The function that this one stands before.
fn library_function() -> Option<WriteMem> {
    static FOUND: OnceLock<usize> = OnceLock::new();
    let address = *FOUND.get_or_init(|| {
        const NAME: &[u8] = b"pixWriteMem\0";
        let found: *mut c_void =
            unsafe { libc::dlsym(libc::RTLD_NEXT, NAME.as_ptr().cast::<c_char>()) };
        found as usize
    });
    // Safety: an address of that name in Leptonica has this type.
    (address != 0).then(|| unsafe { std::mem::transmute::<usize, WriteMem>(address) })
}

/// Keeps the linker from leaving the function out: only a shared library calls it.
pub(super) fn keep_linked() {
    std::hint::black_box(pixWriteMem as WriteMem);
}
