//! Checks of what is decided between the door and a driver.

pub mod first_bytes;
